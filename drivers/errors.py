"""
How a device fails:

* DeviceError
  x DeviceUnavailable   it does not answer, or was never there
  x DeviceTimeout       it answered too late
  x DeviceRefused       it understood, and would not
  x DeviceGarbled       it said something that its manual does not

Every one names the device and says what to do; none carries a personal value.
"""


class DeviceError(Exception):
    """Base class. `str()` is one sentence for an operator and begins with the device's name."""

    def __init__(self, device: str, message: str) -> None:
        super().__init__(f"{device}: {message}")
        self.device = device


class DeviceUnavailable(DeviceError):
    """The cable is out, the port is taken, the power is off, the address is wrong."""


class DeviceTimeout(DeviceError, TimeoutError):
    """It was asked and did not answer in the time that the site allows."""


class DeviceRefused(DeviceError):
    """The door controller's interlock said no; the register's schema is of another version."""


class DeviceGarbled(DeviceError):
    """A frame without end, an image that is none, a register map of another version."""
