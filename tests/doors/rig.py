"""A door controller on the bench: its wires are set by hand, its leaves follow its motors when told to."""

from typing import Any

from drivers.door_registers import encode_command
from drivers.model import CommandResult, DoorCommand, DoorEventCode, DoorOrder
from simulators.door_controller import step
from simulators.door_state import DoorInputs, Drive, Inputs, Limits, State, boot

ENTRY, EXIT = 0, 1
R = CommandResult
OPEN_ENTRY, OPEN_EXIT, CLOSE = DoorCommand.OPEN_ENTRY, DoorCommand.OPEN_EXIT, DoorCommand.CLOSE_BOTH
RELEASE, RESET = DoorCommand.RELEASE_BACKWARDS, DoorCommand.RESET_FAULT
LOCK, OPEN, SHUT, STOP = Drive.LOCK, Drive.OPEN, Drive.CLOSE, Drive.STOP


class Bench:
    """The controller after its first scans: both doors locked, nobody inside, the host alive."""

    def __init__(self, limits: Limits | None = None, **wires: Any) -> None:
        self.limits = limits or Limits()
        self.state: State = boot()
        self.inputs = Inputs()._replace(**wires)
        self.heartbeat = 0
        self.news: list[tuple[DoorEventCode, int]] = []
        self.scan()
        self.news.clear()

    def scan(self, ms: int = 20, alive: bool = True) -> None:
        """One scan, with a heartbeat when `alive`."""
        self.send(encode_command(None, self.beat(), self.state.sequence) if alive else None, ms)

    def send(self, registers: list[int] | None, ms: int = 20) -> None:
        self.state = step(self.state, self.inputs, registers, ms, self.limits)
        self.news += [(DoorEventCode(code & 0xFF), code >> 8) for code in self.state.news]

    def beat(self) -> int:
        self.heartbeat = self.heartbeat % 1000 + 1
        return self.heartbeat

    def ask(
        self, command: DoorCommand, transaction: int = 1, sequence: int | None = None, **order: int
    ) -> CommandResult:
        """Send one command and return the first answer (DONE counts as ACCEPTED)."""
        asked = DoorOrder(command, transaction, **order)
        number = self.state.sequence + 1 if sequence is None else sequence
        self.send(encode_command(asked, self.beat(), number & 0xFFFF))
        result = self.state.result
        return CommandResult.ACCEPTED if result is CommandResult.DONE else result

    def open_exit(
        self, transaction: int = 1, permit_ds: int = 50, expected_persons: int = 1, **order: int
    ) -> CommandResult:
        return self.ask(
            DoorCommand.OPEN_EXIT, transaction, permit_ds=permit_ds, expected_persons=expected_persons, **order
        )

    def set(self, **wires: Any) -> None:
        """Change the controller's wires."""
        self.inputs = self.inputs._replace(**wires)

    def wire(self, which: int, **wires: Any) -> None:
        """Change the wires of one door."""
        name = ("entry", "exit")[which]
        self.set(**{name: getattr(self.inputs, name)._replace(**wires)})

    def leaf(self, which: int, permille: int | None) -> None:
        self.wire(which, permille=permille)

    def settle(self) -> None:
        """Let both leaves arrive where their motors drive them, and the controller notice it."""
        for _ in range(4):
            for which, door in ((ENTRY, self.state.entry), (EXIT, self.state.exit)):
                if door.drive in (Drive.OPEN, Drive.CLOSE):
                    self.leaf(which, 1000 if door.drive is Drive.OPEN else 0)
            self.scan()

    def admit(self, transaction: int = 1, persons: int = 1) -> None:
        """Let people in for a transaction and shut the entry behind them."""
        assert self.ask(DoorCommand.OPEN_ENTRY, transaction) is CommandResult.ACCEPTED
        self.settle()
        self.set(persons=persons)
        self.scan()
        assert self.ask(DoorCommand.CLOSE_BOTH, transaction) is CommandResult.ACCEPTED
        self.settle()
        assert self.drives == (Drive.LOCK, Drive.LOCK)

    def release(self, persons: int = 1) -> None:
        """Open the exit for the people of the transaction held, and let the leaf arrive."""
        assert self.open_exit(self.state.transaction, expected_persons=persons) is CommandResult.ACCEPTED
        self.settle()
        assert self.inputs.exit.permille == 1000

    @property
    def drives(self) -> tuple[Drive, Drive]:
        return self.state.entry.drive, self.state.exit.drive

    def told(self, code: DoorEventCode) -> list[int]:
        """The details of all events of this kind so far."""
        return [detail for told, detail in self.news if told is code]


def wires(permille: int | None = 0, clear: bool = True, edge: bool = False) -> DoorInputs:
    return DoorInputs(permille, clear, edge)
