"""How a command ends: an exit status and, where something is wrong, one clear sentence for each problem."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Sequence

from trialwright.errors import Problem, TrialwrightError

DONE, FOUND, NOT_DONE, INTERRUPTED = 0, 1, 2, 130


def run(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit status. Problems go to standard error, never a traceback.

    TRIALWRIGHT_DEBUG=1 in the environment adds the traceback for whoever has to mend the program.
    """
    from typer import Abort
    from typer.exceptions import TyperException

    from trialwright.cli.app import app

    try:
        status = app(list(arguments), prog_name="trialwright", standalone_mode=False)
    except TyperException as error:
        error.show()  # type: ignore[attr-defined] # every exception that typer raises itself has it
        return error.exit_code
    except TrialwrightError as error:
        for problem in error.problems:
            say_problem(problem)
        return error.exit_status
    except (Abort, KeyboardInterrupt):
        say_problem(
            Problem("TW-902", "interrupted; what was saved before stands, nothing is left half-written")
        )
        return INTERRUPTED
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - the reader of our output has gone
        return NOT_DONE
    except Exception as error:  # the last line of defence: a sentence, never a traceback
        say_problem(_of_the_machine(error))
        if os.environ.get("TRIALWRIGHT_DEBUG"):
            traceback.print_exc()
        return NOT_DONE
    if status == INTERRUPTED:
        say_problem(Problem("TW-902", "interrupted; what was saved before stands, nothing is half-written"))
    return status if isinstance(status, int) else DONE


def say_problem(problem: Problem) -> None:
    """One problem as one line on standard error."""
    print(f"trialwright: {problem}", file=sys.stderr)


def _of_a_full_disk(error: OSError) -> bool:
    """Libraries of other languages raise it without a number, with the number in their sentence."""
    told = str(error).rpartition("(os error ")[2].rstrip(")")
    number = error.errno or (int(told) if told.isdigit() else None)
    return number in {errno.ENOSPC, errno.EDQUOT}


def _of_the_machine(error: Exception) -> Problem:
    if isinstance(error, OSError) and _of_a_full_disk(error):
        return Problem("TW-901", "the disk is full; free some space and repeat, nothing acknowledged is lost")
    if isinstance(error, OSError):
        where = str(error.filename or "")
        return Problem("TW-903", f"the machine refused ({error.strerror or error}); check the path", where)
    sentence = f"unexpected fault ({type(error).__name__}: {error}); set TRIALWRIGHT_DEBUG=1 and report it"
    return Problem("TW-999", sentence)
