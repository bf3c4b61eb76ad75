"""Turn what a command may meet into one sentence and an exit code; anything else stays a fault of ours."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from cli.exits import DEVICE, REFERRED, USAGE, CommandFailed

P = ParamSpec("P")
T = TypeVar("T")


def devices_may_fail(command: Callable[P, T]) -> Callable[P, T]:
    """Device -> 3; configuration, weights and images -> 2; records -> 1. The sentence is the failure's own."""

    @wraps(command)
    def guarded(*arguments: P.args, **named: P.kwargs) -> T:
        from biometrics.attack import ProfileRefused
        from biometrics.backends import BackendRefused
        from biometrics.calibration import CalibrationRefused
        from biometrics.weights import WeightsRefused
        from config.load import ConfigRefused
        from console.store import StoreFailed
        from drivers.errors import DeviceError
        from link.images import ImageRefused
        from records.errors import JournalFailed
        from register.failures import RegisterFailed
        from web.errors import ServingFailed
        from web.tls import TlsRefused
        from web.tokens import TokensRefused

        try:
            return command(*arguments, **named)
        except DeviceError as failure:
            raise CommandFailed(str(failure), DEVICE) from None
        except (
            ConfigRefused,
            CalibrationRefused,
            ProfileRefused,
            WeightsRefused,
            BackendRefused,
            ImageRefused,
            TlsRefused,
            TokensRefused,
        ) as refused:
            raise CommandFailed(str(refused), USAGE) from None
        except (JournalFailed, RegisterFailed, StoreFailed, ServingFailed) as failed:
            raise CommandFailed(str(failed), REFERRED) from None

    return guarded
