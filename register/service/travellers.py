"""What travellers ask: to be read, judged, granted; to see how it stands and why; to bind a visa to a new passport."""

import base64
import binascii
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import segno
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import APIRouter, Depends, Header, Path
from fastapi.responses import PlainTextResponse, Response

from link.application_api import (
    ApplicationRequest,
    DocumentRead,
    OneImage,
    PartyTold,
    PassageTold,
    PicturesSent,
    PortraitChecked,
    ProofAsked,
    ProofTold,
    ProofVerified,
    RebindRequest,
)
from link.images import ImageRefused
from mrz.errors import MrzRejected
from register.application import Terms
from register.applying import Applying, KeyUsedOtherwise, NothingToRead, Sent
from register.found import Found
from register.grants import DecisionRefused
from register.looking import Judged, PageUnreadable
from register.proofs import Proof, ProofRefused, document_mark, from_text, is_of, to_text
from register.service.access import Access
from register.service.callers import Callers
from register.service.desk import Desk
from register.service.problems import Problem, problems
from register.service.telling import application_told, passages_of

WORDS = (OneImage, ApplicationRequest, PicturesSent, RebindRequest, ProofAsked)
KeyHeader = Annotated[str, Header(pattern=r"^[A-Za-z0-9._:-]{8,64}$", description="A new one for a new application.")]
Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]


def traveller_routes(desk: Desk, callers: Callers, applying: Applying) -> APIRouter:
    """Without a token but for the code of one's own application."""
    routes = APIRouter(tags=["travellers"], responses=problems(400, 413, 422, 429, 503))
    access, store = Access.of(desk.key), desk.store
    anybody = [Depends(callers.applicant())]
    Party = Annotated[str, Depends(callers.party())]  # noqa: N806  (a type)
    guarded = problems(401, 404, 409)

    def told(party: str, code: str = "", portraits: dict[str, Judged] | None = None) -> PartyTold:
        today = desk.now().date()
        listed = tuple(
            application_told(store, each, today, (portraits or {}).get(each.application))
            for each in applying.of_party(party)
        )
        return PartyTold(party=party, access=code, applications=listed)

    @routes.post("/v1/documents/read", dependencies=anybody, operation_id="readPage")
    def read_page(asked: OneImage) -> DocumentRead:
        """What stands in the zone of a passport's page. Nothing is kept."""
        with seen():
            holder = applying.looker.zone(_image(asked.image), desk.now().date())
        names = DocumentRead.model_fields
        return DocumentRead(**{name: getattr(holder, name) for name in names})

    @routes.post("/v1/portraits/check", dependencies=anybody, operation_id="checkPortrait")
    def check_portrait(asked: OneImage) -> PortraitChecked:
        """Is it good enough, and if not, what is to be done? Nothing is kept."""
        with seen():
            judged = applying.looker.judge(_image(asked.image))
        return PortraitChecked(
            accepted=judged.accepted, reasons=judged.reasons, advice=judged.advice, quality=judged.quality
        )

    @routes.post(
        "/v1/applications",
        dependencies=anybody,
        operation_id="createCredentialRequest",
        status_code=201,
        responses=problems(409),
    )
    def apply(asked: ApplicationRequest, idempotency_key: KeyHeader = "") -> PartyTold:
        """One journey of one traveller or of a family. Without a question it is granted at once."""
        if asked.valid_until < asked.valid_from or asked.valid_until < desk.now().date():
            raise Problem(422, "journey_dates", "the journey ends before it begins, or is over")
        travellers = tuple(Sent(_image(t.page), t.lines, _image(t.portrait)) for t in asked.travellers)
        terms = Terms(asked.valid_from, asked.valid_until, asked.entries)
        with seen():
            party, judged = applying.apply(travellers, terms, idempotency_key, desk.now())
        return told(party, access.code(party), judged)

    @routes.get("/v1/parties/{party}", operation_id="readCredentialRequest", responses=guarded)
    def read_party(party: Party) -> PartyTold:
        """How it stands, and why."""
        return told(party)

    @routes.post(
        "/v1/parties/{party}/applications/{application}/pictures",
        operation_id="updateCredentialRequest",
        responses=guarded,
        dependencies=anybody,
    )
    def send_pictures(party: Party, application: Id, asked: PicturesSent) -> PartyTold:
        """A picture that was missing, or a better one."""
        with seen():
            sent = Sent(_image(asked.page), portrait=_image(asked.portrait))
            judged = applying.send(party, application, sent, desk.now())
        return told(party, portraits={application: judged} if judged else None)

    @routes.post(
        "/v1/parties/{party}/rebindings", operation_id="rebindCredential", responses=guarded, dependencies=anybody
    )
    def rebind(party: Party, asked: RebindRequest) -> PartyTold:
        """To a new passport, with proof of both."""
        found = own_visa(party, asked.record)
        with seen():
            applying.rebind(party, found, _image(asked.old_page), _image(asked.new_page), desk.now())
        return told(party)

    def own_visa(party: str, record: str) -> Found:
        records = {each.record for each in applying.of_party(party)}
        found = store.visa(record) if record in records else None
        if found is None:
            raise Problem(404, "record_unknown", "this application has no such visa")
        return found

    def proof_of(party: str, passage: str) -> tuple[PassageTold, str]:
        for record in sorted({each.record for each in applying.of_party(party) if each.record}):
            for each in passages_of(store, record):
                if each.passage == passage:
                    visa = own_visa(party, record).visa
                    mark = document_mark(passage, visa.issuing_state, visa.document_number, visa.birth_date)
                    proof = Proof(passage, each.direction, each.passed_at, each.gate, visa.issuing_state, mark)
                    return each, to_text(desk.key, proof)
        raise Problem(404, "passage_unknown", "this application has no such passage")

    @routes.get("/v1/parties/{party}/passages/{passage}/proof", operation_id="readPassageProof", responses=guarded)
    def read_proof(party: Party, passage: Id) -> ProofTold:
        """A signed proof of the entry or exit, for the traveller."""
        each, text = proof_of(party, passage)
        return ProofTold(text=text, direction=each.direction, passed_at=each.passed_at, gate=each.gate)

    @routes.get(
        "/v1/parties/{party}/passages/{passage}/proof.svg",
        operation_id="drawPassageProof",
        response_class=Response,
        responses={**guarded, 200: {"content": {"image/svg+xml": {"schema": {"type": "string"}}}}},
    )
    def draw_proof(party: Party, passage: Id) -> Response:
        """The same as a QR code."""
        drawn = io.BytesIO()
        segno.make(proof_of(party, passage)[1], error="m", micro=False).save(
            drawn, kind="svg", scale=4, border=4, light="#fff"
        )
        return Response(drawn.getvalue(), media_type="image/svg+xml", headers={"Cache-Control": "no-store"})

    @routes.post("/v1/proofs/verify", operation_id="verifyPassageProof", dependencies=anybody)
    def verify_proof(asked: ProofAsked) -> ProofVerified:
        """Is a proof genuine, and is it of this document? Its text says all that is told."""
        try:
            proof = from_text(desk.key.public_key(), asked.text)
        except ProofRefused:
            return ProofVerified(genuine=False)
        held = asked.document_number is not None and asked.birth_date is not None
        of = is_of(proof, asked.document_number or "", asked.birth_date or "") if held else None
        return ProofVerified(
            genuine=True,
            of_document=of,
            direction=proof.direction,
            passed_at=proof.passed_at,
            gate=proof.gate,
            issuing_state=proof.issuing_state,
        )

    @routes.get("/v1/proofs/key", operation_id="readProofKey", response_class=PlainTextResponse)
    def proof_key() -> str:
        """The public key that proofs are signed with, for those who check them without a network."""
        return desk.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")

    return routes


@contextmanager
def seen() -> Iterator[None]:
    """What may be wrong with what a traveller sent, as problems with a sentence for him."""
    try:
        yield
    except PageUnreadable as refused:
        raise Problem(422, "page_unreadable", str(refused), advice=refused.reason.value) from None
    except ImageRefused as refused:
        raise Problem(422, "image_unusable", f"the picture cannot be used: {refused.reason}") from None
    except NothingToRead:
        raise Problem(422, "page_missing", "send a picture of the passport's page, or the lines at its foot") from None
    except MrzRejected as refused:
        raise Problem(
            422, "lines_refused", f"the lines of the passport are not right: look at {refused.field}"
        ) from None
    except KeyUsedOtherwise:
        raise Problem(409, "idempotency_conflict", "this idempotency key came with another application") from None
    except DecisionRefused as refused:
        status = 404 if refused.code.endswith("_unknown") else 409
        raise Problem(status, refused.code, str(refused)) from None


def _image(encoded: str | None) -> bytes:
    try:
        return base64.b64decode(encoded or "", validate=True)
    except binascii.Error:
        raise Problem(422, "image_unusable", "the picture is not base64") from None
