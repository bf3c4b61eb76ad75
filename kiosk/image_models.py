"""What the image worker has to know of a site, and the models that it loads for it.

It is all that a worker imports: nothing of the lane's devices or settings, so that it stands ready soon.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.measure import Measurer

if TYPE_CHECKING:
    from biometrics.attack import AttackProfile
    from config.schema import Site


@dataclass(frozen=True, slots=True)
class ImageModels:
    """Plain values: they go to another process."""

    calibration: str
    """Name of a committed one."""
    target_fmr: float
    page_target_fmr: float
    """Of the printed portrait."""
    attack_profile: str | None
    """Name of a committed one; None = attack detection is not supported."""
    production: bool


def image_models(site: "Site") -> ImageModels:
    policy = site.policy
    return ImageModels(
        policy.calibration, policy.target_fmr, policy.page_target_fmr, site.face.attack_profile, site.production
    )


def load_image_models(models: ImageModels) -> Measurer:
    """The MRZ reader and the face engine at the site's operating points. Raises what biometrics refuses."""
    from biometrics.calibration import Calibration, committed
    from biometrics.engine import FaceEngine
    from kiosk.measuring import Measuring
    from mrz.reader import MrzReader

    calibration = Calibration.load(committed(models.calibration))
    faces = FaceEngine(calibration, models.target_fmr, attack_profile=_attack_profile(models))
    return Measuring(MrzReader(), faces, calibration.threshold(models.page_target_fmr), models.page_target_fmr)


def load_measurer(site: "Site") -> Measurer:
    """The same, of a whole site and in this process."""
    return load_image_models(image_models(site))


def _attack_profile(models: ImageModels) -> "AttackProfile | None":
    from biometrics.attack import AttackProfile, ProfileRefused, committed

    name = models.attack_profile
    if name is None:
        return None
    profile = AttackProfile.load(committed(name))
    if models.production and profile.simulated:
        raise ProfileRefused(f"the attack profile {name} was made on simulated travellers: make one with your camera")
    return profile
