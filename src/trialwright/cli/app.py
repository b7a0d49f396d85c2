"""The command line as a whole: every command is declared here, and does its work in a file of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Runs a registered clinical study from one protocol file.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)

Study = Annotated[
    str, typer.Argument(help="A study folder, a protocol folder, or the name of a packaged study.")
]
StudyFolder = Annotated[Path, typer.Argument(help="The study folder.")]


def _version(wanted: bool) -> None:
    if wanted:
        from trialwright import __version__

        typer.echo(f"trialwright {__version__}")
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Runs a registered clinical study from one protocol file."""


@app.command()
def check(
    study: Study,
    quiet: Annotated[bool, typer.Option("--quiet", help="Only say whether the study can run.")] = False,
    language: Annotated[
        str | None, typer.Option("--language", help="Read it in this language of its texts, such as zh-Hans.")
    ] = None,
) -> int:
    """Read a study, print it as a person would read it, with every assumption and open question."""
    from trialwright.cli.protocol_commands import check_study_folder

    return check_study_folder(study, language, quiet=quiet)


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")],
    template: Annotated[str, typer.Option("--from", help="The study to start from.")] = "nct06495437",
) -> int:
    """Make a study folder from another study's protocol."""
    from trialwright.cli.protocol_commands import make_study_folder

    return make_study_folder(folder, template)


@app.command()
def schema(
    what: Annotated[str, typer.Argument(help="protocol, form or texts.")] = "protocol",
) -> int:
    """Print the JSON Schema of the protocol file, a form file or a file of texts, for editors."""
    from trialwright.cli.protocol_commands import print_schema

    return print_schema(what)


@app.command()
def screen(
    study: Study,
    people: Annotated[Path, typer.Argument(help="People as JSON, CSV or Parquet, one row a person.")],
    output: Annotated[Path | None, typer.Option("--output", help="Write the verdicts to this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Verdicts as JSON.")] = False,
) -> int:
    """Judge people against the study's criteria: verdict, reason, and what is missing."""
    from trialwright.cli.screening import screen_file

    return screen_file(study, people, output, as_json=as_json)


@app.command()
def verify(
    record: Annotated[Path, typer.Argument(help="A study folder or an exported record.")],
    key: Annotated[
        str | None, typer.Option("--key", help="Public key of an exported record: a file or the key.")
    ] = None,
    checkpoint: Annotated[
        list[Path] | None, typer.Option("--checkpoint", help="A checkpoint that was kept elsewhere.")
    ] = None,
) -> int:
    """Walk the record's chain; exits 1 with the first bad entry."""
    from trialwright.cli.record_commands import verify_record

    return verify_record(record, key, tuple(checkpoint or ()))


@app.command()
def export(
    folder: StudyFolder,
    output: Annotated[Path, typer.Argument(help="The file to write (JSON Lines).")],
) -> int:
    """Write the whole record to one file that anybody can verify."""
    from trialwright.cli.record_commands import export_record

    return export_record(folder, output)


@app.command()
def rebuild(folder: StudyFolder) -> int:
    """Rebuild the state of the study from its entries and compare it with what is stored."""
    from trialwright.cli.record_commands import rebuild_projection

    return rebuild_projection(folder)


@app.command()
def backup(
    folder: StudyFolder,
    output: Annotated[Path, typer.Argument(help="The new folder to copy the study to.")],
) -> int:
    """Copy a study folder while it is in use, and verify the copy."""
    from trialwright.cli.record_commands import back_up

    return back_up(folder, output)


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(help="A backup: a copied study folder.")],
    folder: Annotated[Path, typer.Argument(help="The empty folder to restore into.")],
) -> int:
    """Bring a backup back into an empty folder, and verify it."""
    from trialwright.cli.record_commands import bring_back

    return bring_back(source, folder)


@app.command()
def rehearse(
    folder: StudyFolder,
    subjects: Annotated[int, typer.Option("--subjects", min=1, help="How many people are treated.")] = 20,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same record.")] = 1,
    leave_open: Annotated[
        bool, typer.Option("--leave-open", help="Lock nothing at the end; two more people are in screening.")
    ] = False,
    under_way: Annotated[
        bool, typer.Option("--under-way", help="Leave the study as it would stand today, most in follow-up.")
    ] = False,
) -> int:
    """Run the study with invented people, and prove that each gate holds."""
    from trialwright.cli.rehearsing import rehearse_study

    return rehearse_study(folder, subjects, seed, leave_open=leave_open, under_way=under_way)


@app.command()
def analyse(
    study: Annotated[Path | None, typer.Argument(help="The study folder.")] = None,
    adam: Annotated[
        Path | None, typer.Option("--adam", help="A folder with somebody else's ADSL and ADAE.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Where the results go.")] = None,
) -> int:
    """Run the study's analyses, or the safety analyses on anybody's ADaM."""
    from trialwright.cli.outputs import analyse_study_or_adam

    return analyse_study_or_adam(study, adam, out)


@app.command()
def report(
    folder: StudyFolder,
    out: Annotated[Path | None, typer.Option("--out", help="The HTML file to write.")] = None,
) -> int:
    """Write the study's report as one self-contained HTML file."""
    from trialwright.cli.outputs import report_study

    return report_study(folder, out)


@app.command("study-report")
def study_report(
    folder: StudyFolder,
    out: Annotated[Path | None, typer.Option("--out", help="Where the files go.")] = None,
) -> int:
    """Write the clinical study report after ICH E3 as HTML and PDF, each number in it bound to a result."""
    from trialwright.cli.outputs import write_study_report

    return write_study_report(folder, out)


@app.command()
def tables(
    folder: Annotated[Path, typer.Argument(help="A study folder, or a folder of results.")],
    out: Annotated[Path | None, typer.Option("--out", help="Where the files go.")] = None,
    formats: Annotated[
        list[str] | None,
        typer.Option("--format", help="pdf, rtf, xlsx or csv; may be repeated."),
    ] = None,
) -> int:
    """Write every table and listing as PDF, RTF, workbook and CSV, out of the same laid-out tables."""
    from trialwright.cli.tabulating import write_all_tables

    return write_all_tables(folder, out, formats or [])


@app.command()
def plan(
    study: Study,
    out: Annotated[Path, typer.Option("--out", help="The folder for the PDF and the HTML.")] = Path(),
) -> int:
    """Write the statistical analysis plan with table shells, out of the protocol alone."""
    from trialwright.cli.planning import write_plan

    return write_plan(study, out)


@app.command("export-ars")
def export_ars(
    study: Study,
    file: Annotated[Path, typer.Argument(help="The JSON file to write.")],
    results: Annotated[
        Path | None, typer.Option("--results", help="A folder of results, or the study folder that holds it.")
    ] = None,
) -> int:
    """Write the plan, and its results, as a reporting event of the CDISC Analysis Results Standard."""
    from trialwright.cli.ars_files import export_event

    return export_event(study, file, results)


@app.command("import-ars")
def import_ars(file: Annotated[Path, typer.Argument(help="A reporting event of ARS as JSON.")]) -> int:
    """Print the analyses of a reporting event for a protocol file, and name what cannot be run."""
    from trialwright.cli.ars_files import import_event

    return import_event(file)


@app.command()
def design(
    study: Study,
    out: Annotated[Path | None, typer.Option("--out", help="The folder for the PDF and the HTML.")] = None,
) -> int:
    """Say what the study as planned can see, and how sure it will be: events, stopping, changes."""
    from trialwright.cli.designing import design_study

    return design_study(study, out)


@app.command()
def explain(
    result: Annotated[
        str, typer.Argument(help="The id of a result, or its words, such as ae_overview/serious/n.")
    ],
    folder: Annotated[
        Path, typer.Argument(help="The folder of results, or the study folder that holds it.")
    ] = Path(),
    records: Annotated[
        int, typer.Option("--records", min=0, help="How many records to follow back to their entries.")
    ] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> int:
    """Go from a printed number to its subjects and records, and to who entered what, when and why."""
    from trialwright.cli.explaining import explain_result

    return explain_result(result, folder, records, as_json=as_json)


@app.command("check-text")
def check_text(
    file: Annotated[Path, typer.Argument(help="A text, Markdown or Word file.")],
    folder: StudyFolder,
    everything: Annotated[bool, typer.Option("--all", help="Name the numbers that are backed too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> int:
    """Find the numbers in a person's own text and say which the results back and which they do not."""
    from trialwright.cli.checking_text import check_text_file

    return check_text_file(file, folder, everything=everything, as_json=as_json)


@app.command()
def compare(
    first: Annotated[Path, typer.Argument(help="A folder of results, or a study folder.")],
    second: Annotated[Path, typer.Argument(help="The other one.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> int:
    """Say which results differ between two outputs, and which records and entries moved them."""
    from trialwright.cli.explaining import compare_folders

    return compare_folders(first, second, as_json=as_json)


@app.command(name="print")
def print_(
    study: Study,
    subject: Annotated[str | None, typer.Option("--subject", help="The casebook of this subject.")] = None,
    every: Annotated[bool, typer.Option("--all", help="The casebook of every subject.")] = False,
    blank: Annotated[bool, typer.Option("--blank", help="The blank annotated forms.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", help="The PDF to write; with --all, the folder.")
    ] = None,
    language: Annotated[
        str, typer.Option("--language", help="en or zh; texts of the study follow it.")
    ] = "en",
) -> int:
    """Print casebooks with signatures, history and checkpoint, or the blank annotated forms, as PDF."""
    from trialwright.cli.printing import Wanted, print_study

    return print_study(study, Wanted(subject, every=every, blank=blank), output, language)


@app.command("safety-report")
def safety_report(
    folder: StudyFolder,
    subject: Annotated[str, typer.Argument(help="The subject.")],
    event: Annotated[str, typer.Argument(help="The serious event, such as AE-1.")],
    out: Annotated[Path, typer.Option("--out", help="The file: .xml for E2B(R3), .pdf for CIOMS I.")],
    receiver: Annotated[str, typer.Option("--receiver", help="To whom the message goes.")] = "",
) -> int:
    """Write a serious event as an E2B(R3) message or a CIOMS I form, and say what it lacks."""
    from trialwright.cli.safety_report import write_safety_report

    return write_safety_report(folder, subject, event, out, receiver)


@app.command("board-pack")
def board_pack(
    folder: StudyFolder,
    out: Annotated[Path | None, typer.Option("--out", help="The folder for both files; else out/.")] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", help="The moment of the pack; then no entry is made."),
    ] = None,
    language: Annotated[str, typer.Option("--language", help="en, or zh-Hans.")] = "en",
) -> int:
    """Write the safety board's pack as PDF and HTML: accrual, events, boundaries, laboratory, product."""
    from trialwright.cli.packing import write_board_pack

    return write_board_pack(folder, out, at, language)


@app.command()
def serve(
    folder: StudyFolder,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes any free port.")] = 8000,
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    behind_tls: Annotated[
        str | None,
        typer.Option("--behind-tls", help="The public host name of a proxy with TLS; see docs/operating.md."),
    ] = None,
) -> int:
    """Serve the study in the browser, to people who sign in."""
    from trialwright.cli.serving import serve_study

    return serve_study(folder, host, port, behind_tls)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")] = Path("demo"),
    serving: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve it at the end.")] = True,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes any free port.")] = 8000,
) -> int:
    """Make the default study, rehearse it, analyse it, report it, and serve it."""
    from trialwright.cli.demonstration import demonstrate

    return demonstrate(folder, port if serving else None)


people = typer.Typer(help="The people of a study, for whoever holds the study folder.", no_args_is_help=True)
app.add_typer(people, name="people")
PersonId = Annotated[str, typer.Option("--id", help="The person's id, with which they sign in.")]


@people.command("add")
def people_add(
    folder: StudyFolder,
    person: PersonId,
    name: Annotated[str, typer.Option("--name", help="The full name, as printed with signatures.")],
    role: Annotated[str, typer.Option("--role", help="The role, such as administrator or coordinator.")],
    site: Annotated[str | None, typer.Option("--site", help="One site; without it, all sites.")] = None,
    training: Annotated[
        str, typer.Option("--training", help="What the person was trained in.")
    ] = "shown the site when added",
    ask_password: Annotated[
        bool, typer.Option("--password", help="Ask for a password here; without it, print a one-time link.")
    ] = False,
) -> int:
    """Add a person with one role, and print a one-time link under which they choose a password."""
    from trialwright.cli.people import add_person

    return add_person(folder, person, name, role, site, training, ask_password=ask_password)


@people.command("list")
def people_list(folder: StudyFolder) -> int:
    """Print everybody with their roles, days and account."""
    from trialwright.cli.people import list_people

    return list_people(folder)


@people.command("disable")
def people_disable(
    folder: StudyFolder,
    person: PersonId,
    reason: Annotated[str, typer.Option("--reason", help="Why; it stands in the record.")],
) -> int:
    """Disable a person; their sessions end at once, their entries stay."""
    from trialwright.cli.people import disable_person

    return disable_person(folder, person, reason)


@people.command("reset")
def people_reset(
    folder: StudyFolder,
    person: PersonId,
    second_factors: Annotated[
        bool, typer.Option("--second-factors", help="Remove lost second factors too.")
    ] = False,
) -> int:
    """Take a person's password away and print a new one-time link."""
    from trialwright.cli.people import reset_person

    return reset_person(folder, person, second_factors=second_factors)


dictionary = typer.Typer(help="The dictionaries by which a study codes adverse events.", no_args_is_help=True)
app.add_typer(dictionary, name="dictionary")


@dictionary.command("add")
def dictionary_add(
    folder: StudyFolder,
    source: Annotated[Path, typer.Argument(help="The folder with the dictionary's files (MedAscii).")],
    name: Annotated[str, typer.Option("--name", help="What the dictionary is called, such as MedDRA.")],
    version: Annotated[
        str | None, typer.Option("--version", help="Its version, where the folder does not say it.")
    ] = None,
) -> int:
    """Copy a dictionary that you have licensed into the study's folder, checked as a whole."""
    from trialwright.cli.dictionaries import add

    return add(folder, source, name, version)


@dictionary.command("list")
def dictionary_list(folder: StudyFolder) -> int:
    """Print the dictionaries of a study with their sizes and hashes."""
    from trialwright.cli.dictionaries import list_dictionaries

    return list_dictionaries(folder)
