"""Every refusal and error a user can meet, under a stable code.

A code never changes its meaning and is never used again. ``docs/errors.md`` is generated from
this table, and the test run fails when a code is raised that does not stand here.
"""

from __future__ import annotations

from dataclasses import dataclass

# code -> (what it says in general, what to do)
CATALOGUE: dict[str, tuple[str, str]] = {
    # TW-1xx protocol and rules
    "TW-101": ("a study file is missing or cannot be opened", "check the path, or make a study with 'trialwright new'"),
    "TW-102": ("a study file is not UTF-8 text", "save it as UTF-8"),
    "TW-103": ("a study file is not YAML", "correct the named line; indent with spaces"),
    "TW-104": ("a key is given twice", "keep one of the two"),
    "TW-105": ("a study file is empty", "write the study into it"),
    "TW-106": ("a value is missing or of the wrong kind", "correct the named line"),
    "TW-107": ("a key is not known", "correct its spelling or remove it"),
    "TW-109": ("a schema is asked for that does not exist", "take protocol or form"),
    "TW-110": ("an identifier names two things", "rename one of them"),
    "TW-111": ("a name leads nowhere", "correct it to one of the names listed"),
    "TW-112": ("a rule cannot be read", "correct it at the named column"),
    "TW-113": ("a rule does not fit its variables", "correct variable, unit or code at the named column"),
    "TW-114": ("a unit is not known", "write it in UCUM"),
    "TW-115": ("a visit window is reversed, misses its day or overlaps another", "move one of the windows"),
    "TW-116": ("a criterion reads what the eligibility visit does not ask", "add a form that asks it to the visit"),
    "TW-117": ("an endpoint needs what nobody collects", "collect it at the named visit"),
    "TW-118": ("an item contradicts itself", "correct its limits, codes or unit"),
    "TW-119": ("one item is asked in two ways", "make both alike or rename one"),
    "TW-120": ("a wording given as registered is not in the registered record", "quote the record exactly"),
    "TW-121": ("identification differs from the registered record", "correct one of the two"),
    "TW-122": ("a form is filled at no visit", "add it to a visit or remove it"),
    "TW-123": ("a derivation lacks an input", "name the input, or ask the item on a form"),
    "TW-124": ("an SDTM target does not say where", "give the variable, or testcd with test"),
    "TW-125": ("a stopping boundary has a gap or an unreachable step", "let its steps follow each other"),
    "TW-126": ("the design contradicts itself", "correct allocation, groups or durations"),
    "TW-127": ("a needed kind of visit is missing", "add a screening and a treatment visit"),
    "TW-128": ("an analysis or endpoint is incomplete", "add what the sentence names"),
    # TW-2xx input files and screening
    "TW-201": ("a file of people cannot be opened", "check the path and its permissions"),
    "TW-202": ("a file of people is not UTF-8 text", "save it as UTF-8"),
    "TW-203": ("a file is not what its ending says", "save it as JSON, comma-separated CSV, or Parquet"),
    "TW-204": ("a file of people is empty", "put one row a person into it"),
    "TW-205": ("a file's ending is not known", "save it as .json, .csv or .parquet"),
    "TW-206": ("a column is no variable of the study", "correct its name or remove it"),
    "TW-207": ("a person is not named, or named twice", "give every row its own person_id"),
    "TW-208": ("a row does not fit the head of its table", "give it as many cells as there are columns"),
    "TW-210": ("a cell holds no number", "write digits with a decimal point"),
    "TW-211": ("a cell holds no date", "write YYYY-MM-DD, YYYY-MM or YYYY"),
    "TW-212": ("a cell is neither true nor false", "write true, false, or leave it empty"),
    "TW-213": ("a cell holds no known answer", "take one of the answers listed"),
    "TW-214": ("a unit is not known", "write it in UCUM"),
    "TW-215": ("a unit does not convert to the study's", "give the value in a unit that does"),
    "TW-216": ("a date lies in the future", "correct the date"),
    "TW-217": ("a value lies outside what is possible", "check the value and its unit"),
    # TW-3xx record and store
    "TW-301": ("a value cannot be recorded as it is", "write numbers as decimal text"),
    "TW-302": ("an entry is not in its form", "correct the part that is named"),
    "TW-303": ("the record is not whole", "keep the file, and restore the last whole backup beside it"),
    "TW-304": ("a file is not an exported record", "hand in the file as trialwright exported it"),
    "TW-305": ("a checkpoint or its key is not in its form", "use the file as it was written"),
    "TW-310": ("there is no study in the folder", "check the path, or make one with 'trialwright new'"),
    "TW-311": ("something would be overwritten", "give a new or an empty place"),
    "TW-312": ("the study cannot be written to", "correct the permissions, or copy it elsewhere"),
    "TW-313": ("the database is not a trialwright record", "check the path, or restore a backup"),
    "TW-314": ("the record was written by a newer version", "install that version or a later one"),
    "TW-315": ("a database setting did not take", "correct the setting that is named; nothing was written"),
    "TW-316": ("another program holds the database", "try again when it has finished"),
    "TW-317": ("the disk is full", "make room and repeat the step; nothing of it was recorded"),
    "TW-318": ("the database cannot be reached", "see that its disk or server is there, and repeat the step"),
    "TW-319": ("DATABASE_URL is not understood", "write postgresql://user:password@host:port/name"),
    "TW-320": ("a command id was used before by somebody else", "send the form again from its page"),
    "TW-321": ("the key that signs checkpoints is missing or open to others", "restore it, with mode 600"),
    "TW-322": ("the database is damaged", "stop, keep the file, and restore the last whole backup"),
    # TW-4xx conduct
    "TW-401": ("the role may not give this command", "ask somebody whose role may"),
    "TW-402": ("the study is not open yet", "let the sponsor open it with its sites"),
    "TW-403": ("the study or the site is open already", "go on with the next step"),
    "TW-404": ("the study is locked", "nothing can be added"),
    "TW-405": ("the protocol does not name the site", "take one of the sites listed"),
    "TW-406": ("the site is not open", "let the sponsor open it"),
    "TW-407": ("there is no such subject", "register the person first, or correct the number"),
    "TW-408": ("the subject's number is taken", "take the next number"),
    "TW-409": ("the protocol has no such visit", "take one of the visits listed"),
    "TW-410": ("the protocol has no such form", "correct the form's name"),
    "TW-411": ("the form does not belong to the visit", "enter it at a visit that has it"),
    "TW-412": ("the visit is not open", "record the visit first"),
    "TW-413": ("the form has no such item", "correct the item's name"),
    "TW-414": ("the form has no such row", "take one of the rows listed"),
    "TW-415": ("something is blank or not in its form", "write it as the sentence says"),
    "TW-416": ("a reason is missing", "say why"),
    "TW-417": ("a time has no zone", "give it with its offset from UTC"),
    "TW-418": ("a time lies in the future", "correct the date or time"),
    "TW-419": ("the casebook is locked", "nothing can be added to it"),
    "TW-420": ("the person withdrew", "enter only what the scope of the withdrawal permits"),
    "TW-421": ("the person failed screening", "nothing further is done in the study"),
    "TW-422": ("the consent is missing", "record the signed consent first"),
    "TW-423": ("this version of the consent is signed already", "record another version"),
    "TW-424": ("something is dated before the consent", "correct the date"),
    "TW-425": ("the visit is recorded already", "correct it with a reason"),
    "TW-426": ("treatment has not started", "record the start of treatment first, or correct the date"),
    "TW-427": ("the visit is not due yet", "wait until its window opens"),
    "TW-428": ("the visit cannot be missed", "record it, or leave it open"),
    "TW-430": ("the item is entered already", "correct it with a reason"),
    "TW-431": ("a value is of the wrong type", "write it as the sentence says"),
    "TW-432": ("a code is not permitted", "take one of the codes listed"),
    "TW-433": ("a unit does not convert", "give the value in a unit of its kind"),
    "TW-434": ("a value is outside what is possible", "check value and unit"),
    "TW-435": ("values contradict each other", "check the values that the sentence names"),
    "TW-436": ("the item is not asked of this person", "leave it out"),
    "TW-437": ("a required item is missing", "answer it, or give the reason why it is missing"),
    "TW-438": ("the item was never entered", "enter it instead of correcting it"),
    "TW-439": ("nothing would change", "leave it as it is"),
    "TW-440": ("the form is filled by a command of its own", "report the adverse event"),
    "TW-441": ("a criterion speaks against the person", "record the failure, or correct a wrong value"),
    "TW-442": ("eligibility is not decided", "enter the values that are missing"),
    "TW-443": ("eligibility is not signed", "let the investigator sign it"),
    "TW-444": ("values changed after the signature", "let the investigator sign again"),
    "TW-445": ("the person is enrolled already", "go on with the next step"),
    "TW-446": ("the target is enrolled", "enrol nobody further"),
    "TW-447": ("the protocol has no such criterion", "name it by its id"),
    "TW-448": ("the allocation list has no place, or is not loaded", "let the statistician load it"),
    "TW-449": ("the allocation list does not fit", "correct it as the sentence says"),
    "TW-450": ("eligibility is not confirmed for the day", "let the investigator confirm it"),
    "TW-451": ("the protocol asks for no confirmation", "go on with the next step"),
    "TW-455": ("there is no such lot", "check the label, or register the lot"),
    "TW-456": ("the lot or unit is registered already", "check the label"),
    "TW-457": ("the protocol has no such product", "take one of the products listed"),
    "TW-458": ("a lot's volume or units are missing", "complete the lot"),
    "TW-459": ("the lot is in that state already", "go on with the next step"),
    "TW-460": ("there is no such unit", "check the label, or register it with its lot"),
    "TW-461": ("the unit is of another lot", "read the label again"),
    "TW-462": ("the lot is not released", "use a released lot"),
    "TW-463": ("the lot is expired", "use another lot"),
    "TW-464": ("the unit was thawed too long ago", "use another unit"),
    "TW-465": ("the unit is not thawed, or is not one to thaw", "thaw it first, or leave that step out"),
    "TW-466": ("the unit is not allocated to this person", "use the unit allocated to the person"),
    "TW-467": ("the unit is used up or gone", "use another unit"),
    "TW-468": ("the unit is not where it should be", "receive or allocate it first"),
    "TW-469": ("the unit is of another product", "use the product of the person's arm"),
    "TW-470": ("the person is not enrolled", "enrol the person first"),
    "TW-471": ("the arm's product is given in another way", "record it as the protocol says"),
    "TW-472": ("the person was treated already", "nothing further is given"),
    "TW-473": ("the infusion is not running from this unit", "check unit and state"),
    "TW-474": ("the infusion is still open", "interrupt, resume or end it as the sentence says"),
    "TW-475": ("there is no open infusion", "start it first"),
    "TW-476": ("times are not in their order", "correct one of them"),
    "TW-477": ("the volume is more than the unit held", "check the volume"),
    "TW-478": ("the cause of an incomplete infusion is missing", "say why"),
    "TW-479": ("a reaction to the infusion comes first", "interrupt or end the infusion"),
    "TW-480": ("the study is paused", "wait until the board or sponsor resume it"),
    "TW-481": ("a stopping boundary is reached", "let the board decide"),
    "TW-482": ("the interval after the person before is not over", "wait until the time named"),
    "TW-483": ("a review is outstanding", "record the board's decision"),
    "TW-485": ("there is no such adverse event", "take one of the events listed"),
    "TW-486": ("the event began before the consent", "enter it as medical history"),
    "TW-487": ("the event ends before it starts", "correct one of the two"),
    "TW-488": ("grade and outcome contradict each other", "correct one of the two"),
    "TW-489": ("seriousness and its criteria contradict each other", "correct one of the two"),
    "TW-490": ("a death has no date", "give it as the end of the event"),
    "TW-493": ("the person completed the study", "add only late entries and adverse events"),
    "TW-494": ("the person has not reached the end", "record treatment and the final visit first"),
    "TW-495": ("the person's part is not over", "record how it ended first"),
    "TW-496": ("casebooks are open", "lock them first"),
    "TW-497": ("there is no such pause, or there is one already", "take one of the pauses listed"),
    "TW-498": ("the review does not exist or is not due", "record it when it is due"),
    "TW-499": ("this is not a command", "take one of the commands"),
    # TW-5xx datasets and analysis
    # TW-6xx report and web
    "TW-603": ("the address to serve at cannot be used", "take another port or host"),
    # TW-9xx the machine
    "TW-901": ("the disk is full", "free some space and repeat; nothing acknowledged is lost"),
    "TW-902": ("interrupted", "repeat the command; nothing is left half-written"),
    "TW-903": ("the machine refused a file or an address", "check the path, its permissions, or the port"),
    "TW-999": ("a fault of the program", "set TRIALWRIGHT_DEBUG=1, repeat, and report what it prints"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a stable code, one sentence, and where it is."""

    code: str
    sentence: str
    where: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.sentence} [{self.code}]"


class TrialwrightError(Exception):
    """Something a user can mend. Carries one or more problems; the command line prints them and exits."""

    exit_status = 2

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
