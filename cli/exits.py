"""How a command ends: 0 passed, 1 referred or failed, 2 usage, 3 device."""

PASSED = 0
REFERRED = 1
USAGE = 2
DEVICE = 3


class CommandFailed(Exception):
    """Ends a command with one clear sentence naming the device, file or field, and an exit code."""

    def __init__(self, sentence: str, exit_code: int = REFERRED) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code
