"""The travellers of a scenario: their passports, visas and alerts, made of the cast and of nothing else."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import cv2
import numpy as np

from drivers.model import Image, Light
from mrz.dates import birth_date, expiry_date
from mrz.model import DocumentType, MrzFields, Sex
from mrz.write import write
from register.model import Alert, Visa
from simulators import scenario
from simulators.pages import draw, encoded_portrait, figures
from simulators.population import Figure
from simulators.world import Page

COVER_BGR = (58, 34, 24)
ALERTS_HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Comer:
    """One traveller of the file with all that he brings."""

    said: scenario.Traveller
    face: str = field(repr=False)
    companion: str = field(repr=False)
    height_mm: int
    page: Page = field(repr=False)
    document: tuple[str, str] = field(repr=False)
    """Issuing state and number of the passport that is laid down."""
    visas: tuple[Visa, ...] = field(repr=False)
    alerts: tuple[Alert, ...] = field(repr=False)
    alert_to_come: Alert = field(repr=False)
    """For an event that puts him on the watchlist later."""


@dataclass(frozen=True, slots=True)
class _Holder:
    figure: Figure
    fields: MrzFields = field(repr=False)
    number: int


def comers(travellers: Sequence[scenario.Traveller], today: date, seed: int) -> tuple[Comer, ...]:
    """The same seed, the same people."""
    holders = _holders(travellers, today, seed)
    return tuple(_comer(said, holders, today) for said in travellers)


def newest(travellers: Sequence[scenario.Traveller], today: date, seed: int) -> Comer:
    """The last of them alone, as `comers` would make him."""
    return _comer(travellers[-1], _holders(travellers, today, seed), today)


def _holders(travellers: Sequence[scenario.Traveller], today: date, seed: int) -> dict[str, _Holder]:
    return {
        said.name: _holder(number, said, today, random.Random(f"{seed}-{number}"))
        for number, said in enumerate(travellers)
    }


def _holder(number: int, said: scenario.Traveller, today: date, rng: random.Random) -> _Holder:
    cast = figures()
    figure = cast[(number if said.cast is None else said.cast) % len(cast)]
    age = figure.age if said.passport.age is None else said.passport.age
    born = today - timedelta(days=round(age * 365.25) + 40)
    expires = today - timedelta(days=30) if said.passport.expired else today + timedelta(days=1200)
    given, _, surname = figure.name.upper().partition(" ")
    letters = "".join(rng.choice("CFGHJKLMNPRTVWXYZ") for _ in range(2))
    fields = MrzFields(
        document_code="P",
        issuing_state=figure.origin,
        document_number=f"{letters}{rng.randrange(10**6, 10**7)}",
        surname=surname,
        given_names=given,
        nationality=figure.origin,
        sex=Sex(figure.sex),
        birth_date=birth_date(f"{born:%y%m%d}", today),
        expiry_date=expiry_date(f"{expires:%y%m%d}", today),
    )
    return _Holder(figure, fields, number)


def _comer(said: scenario.Traveller, holders: Mapping[str, _Holder], today: date) -> Comer:
    own = holders[said.name]
    laid = holders[said.passport.of] if said.passport.of else own
    faces = {"own": own.figure.name, "impostor": own.figure.impostor}
    face = faces[said.face] if said.face in faces else holders[said.face].figure.name
    return Comer(
        said=said,
        face=face,
        companion=own.figure.impostor,
        height_mm=said.height_mm or own.figure.height_mm,
        page=replace(page_of(laid.fields, said.passport.page, _pictured(said, laid.figure)), chip=said.passport.chip),
        document=(laid.fields.issuing_state, laid.fields.document_number),
        visas=_visas(own, said.visa, today),
        alerts=() if said.alert == "none" else (_alert(own, said.alert),),
        alert_to_come=_alert(own, "document", "LATE"),
    )


def _pictured(said: scenario.Traveller, figure: Figure) -> str:
    return figure.impostor if said.passport.pictured == "impostor" else figure.name


# --- pages ---


def page_of(fields: MrzFields, kind: scenario.PageKind, pictured: str) -> Page:
    """What lies on the reader, and what the device's own recognition says of it."""
    if kind == "id_card":
        fields = replace(fields, document_code="ID")
    lines = write(fields, DocumentType.TD1 if kind == "id_card" else DocumentType.TD3)
    if kind == "wrong_check_digit":
        lines = (lines[0], lines[1][:-1] + str((int(lines[1][-1]) + 1) % 10))
    images = draw(fields, lines, pictured)
    said = ("P" + lines[0][1:5] + "OTHER" + lines[0][10:], lines[1]) if kind == "device_says_other" else lines
    spoil = _SPOILED.get(kind)
    if spoil is None:
        return Page(images, said)
    return Page({light: spoil(image) for light, image in images.items()}, ())


def _cover(image: Image) -> Image:
    return np.full_like(image, COVER_BGR)


def _blurred(image: Image) -> Image:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 14.0), dtype=np.uint8)


def _upside_down(image: Image) -> Image:
    return np.ascontiguousarray(image[::-1, ::-1])


_SPOILED: Mapping[str, Callable[[Image], Image]] = {
    "cover": _cover,
    "blurred": _blurred,
    "upside_down": _upside_down,
}
LIGHTS = tuple(Light)

# --- visas and alerts ---


def _visas(holder: _Holder, state: scenario.VisaState, today: date) -> tuple[Visa, ...]:
    fields = holder.fields
    good = Visa(
        record=f"V{holder.number:06d}",
        issuing_state=fields.issuing_state,
        document_number=fields.document_number,
        birth_date=fields.birth_date.text,
        surname=fields.surname,
        given_names=fields.given_names,
        nationality=fields.nationality,
        valid_from=today - timedelta(days=40),
        valid_until=today + timedelta(days=50),
        entries=1,
        portrait=encoded_portrait(holder.figure.name),
    )
    return _VISAS[state](good, today)


_VISAS: Mapping[str, Callable[[Visa, date], tuple[Visa, ...]]] = {
    "valid": lambda good, _today: (good,),
    "none": lambda _good, _today: (),
    "used_up": lambda good, _today: (good,),
    "expired": lambda good, today: (replace(good, valid_until=today - timedelta(days=3)),),
    "not_yet_valid": lambda good, today: (replace(good, valid_from=today + timedelta(days=3)),),
    "cancelled": lambda good, _today: (replace(good, cancelled=True),),
    "suspended": lambda good, _today: (replace(good, suspended=True),),
    "near_match": lambda good, _today: (
        replace(good, document_number="ZZ0000000", given_names=f"{good.given_names}E"),
    ),
    "other_document": lambda good, _today: (replace(good, document_number="ZZ0000000"),),
    "several": lambda good, _today: (good, replace(good, record=f"{good.record}B")),
    "not_synchronised": lambda good, _today: (replace(good, synchronised=False),),
    "name_differs": lambda good, _today: (replace(good, birth_date=good.birth_date, surname="SOMEBODY ELSE"),),
    "without_portrait": lambda good, _today: (replace(good, portrait=b""),),
}


def _alert(holder: _Holder, kind: str, prefix: str = "A") -> Alert:
    fields = holder.fields
    name = f"{prefix}{holder.number:06d}"
    if kind == "person":
        return Alert(name, surname=fields.surname, given_names=fields.given_names, birth_date=fields.birth_date.text)
    return Alert(
        name,
        hold=kind == ALERTS_HOLD,
        issuing_state=fields.issuing_state,
        document_number=fields.document_number,
    )
