"""Who may be sent to the lane from the engineer's page, and what may be broken there: data in the scenario language."""

from simulators.breakdowns import BREAKDOWNS, Breakdown
from simulators.studio_model import Card, Preset

CARDS = tuple(
    Card(id=id_, group=group, title=title, traveller=traveller)  # type: ignore[arg-type]  # checked by the model
    for id_, group, title, traveller in (
        ("genuine", "clear", "Genuine traveller", {}),
        ("hesitant", "clear", "Slow to react", {"behaviour": "hesitates"}),
        ("tall", "clear", "Two metres tall", {"height_mm": 2050}),
        ("cover", "document", "Lays the cover down", {"passport": {"page": "cover"}}),
        ("blurred", "document", "Unsteady page", {"passport": {"page": "blurred"}}),
        ("expired", "document", "Expired passport", {"passport": {"expired": True}}),
        ("check_digit", "document", "Wrong check digit", {"passport": {"page": "wrong_check_digit"}}),
        ("id_card", "document", "Identity card", {"passport": {"page": "id_card"}}),
        ("replaced", "document", "Portrait replaced", {"passport": {"pictured": "impostor"}}),
        ("child", "document", "Child of nine", {"passport": {"age": 9}, "height_mm": 1330}),
        ("no_visa", "register", "No visa", {"visa": "none"}),
        ("visa_expired", "register", "Visa expired", {"visa": "expired"}),
        ("visa_other", "register", "Visa of another passport", {"visa": "other_document"}),
        ("visa_used", "register", "Visa used up", {"visa": "used_up"}),
        ("listed", "register", "Document listed", {"alert": "document"}),
        ("person_listed", "register", "Person listed", {"alert": "person"}),
        ("hold", "register", "Listed, to be held", {"alert": "hold"}),
        ("impostor", "face", "Look-alike", {"face": "impostor"}),
        ("print", "face", "Holds up a print", {"face": "impostor", "shows": "print"}),
        ("screen", "face", "Holds up a screen", {"face": "impostor", "shows": "screen"}),
        ("covered", "face", "Scarf over the face", {"covered": True}),
        ("two", "behaviour", "Brings somebody", {"behaviour": "brings_friend"}),
        ("away", "behaviour", "Walks away", {"behaviour": "walks_away"}),
        ("stays", "behaviour", "Stands still", {"behaviour": "stays"}),
        ("bag", "behaviour", "Leaves a bag", {"behaviour": "leaves_bag"}),
        ("forgets", "behaviour", "Forgets the passport", {"behaviour": "forgets_passport"}),
        ("pulls", "behaviour", "Pulls it away early", {"behaviour": "pulls_early"}),
        ("lies_down", "behaviour", "Lies down", {"behaviour": "lies_down"}),
    )
)

UNUSUAL = tuple(card.id for card in CARDS if card.group != "clear" and card.id not in ("hold", "print", "screen"))
"""What automatic traffic draws from; a hold keeps the lane for minutes and is only sent by hand."""


GROUPS = (
    ("Document reader", "reader"), ("Camera", "camera lights"), ("Traveller's screen", "display"),
    ("Entry door", "entry"),
    ("Exit door", "exit"), ("Sensors", "counter barriers"), ("Door controller", "controller"),
    ("Register", "register watchlist lost_list ledger"), ("Officer", "officer"),
    ("Power, computer, clock", "mains disk clock cabinet"), ("Emergency", "fire emergency_button"),
)  # fmt: skip
"""The groups of the fault panel, and the devices (the part of a breakdown's name before the point) in each."""
PLAIN = {
    "flips": "bits flip", "drops": "bytes lost", "doubles": "bytes twice", "bursts": "bursts of noise",
    "phantom": "phantom page", "late": "frames late", "black": "covered", "gone": "unreachable",
    "truncated": "frames cut",
}  # fmt: skip
ONCE = (Breakdown.CONTROLLER_RESTARTED,)


def _breakdown(group: str, what: Breakdown) -> Preset:
    device, _, fault = what.value.partition(".")
    fault = PLAIN.get(fault, fault)
    of_several = group in ("Sensors", "Register", "Power, computer, clock") or device == "lights"
    title = f"{device} {fault}" if of_several or not fault else fault
    return Preset(
        id=what.value.replace(".", "_"),
        group=group,
        title=title.replace("_", " ").strip(),
        words=BREAKDOWNS[what].words,
        event={"breaks": [what.value]},
        once=what in ONCE,
    )


def _act(id_: str, title: str, words: str, /, **event: object) -> Preset:
    return Preset(id=id_, group="People", title=title, words=words, event=dict(event), once="appears" not in event)


PRESETS = (
    *(
        _breakdown(group, what)
        for group, devices in GROUPS
        for what in Breakdown
        if what.value.partition(".")[0] in devices.split() and what is not Breakdown.PROCESS_KILLED
    ),
    Preset(
        id="reset", group="Emergency", title="turn key, reset fault", once=True,
        words="An officer turns the key in the hall and resets the latched fault.",
        event={"world": {"key_switch": True}, "lasts_s": 3.0, "reset_fault": True},
    ),
    _act("appears", "second person inside", "Somebody else stands in the chamber.", appears="impostor"),
    _act("from_exit", "comes in by the exit", "Somebody comes in from the state side.", through_exit=True),
    _act("left_bag", "bag left behind", "A bag stands in the chamber.", left="bag"),
    _act("left_trolley", "trolley left behind", "A trolley stands in the chamber.", left="trolley"),
    _act("uncovers", "takes the scarf off", "Everybody shows the whole face.", uncovers=True),
    _act("alert", "alert comes in now", "The first traveller's document is put on the watchlist.", alert=True),
    _act("help", "presses Help", "The button beside the screen.", press="help"),
    _act("officer_button", "presses Officer", "The button beside the screen.", press="officer"),
    _act("more_time", "asks for more time", "The button on the screen.", press="more_time"),
)  # fmt: skip
