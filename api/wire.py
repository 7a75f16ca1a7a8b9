"""The plain words of the wire: strict types, and what the models of every route share."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema

_EMAIL = r"^[^\s@\x00-\x1f\x7f]{1,64}@[^\s@\x00-\x1f\x7f]+\.[^\s@\x00-\x1f\x7f]{2,63}$"
_NO_CONTROLS = r"^[^\x00-\x1f\x7f-\x9f]*$"


class Wire(BaseModel):
    """A shape on the wire: nothing is guessed, nothing unknown passes, and no error repeats an input."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


def _readable(text: str) -> str:
    """Refuse what only looks like words."""
    if not text.strip():
        message = "blank"
        raise ValueError(message)
    return text


Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_NO_CONTROLS), AfterValidator(_readable)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_\-]{0,62}$")]
Email = Annotated[str, StringConstraints(max_length=254, pattern=_EMAIL)]
Phone = Annotated[str, StringConstraints(min_length=4, max_length=40, pattern=r"^\+?[0-9\s().\-/]+$")]
BirthDate = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Commune = Annotated[str, StringConstraints(pattern=r"^(0[1-9]|[1-9][0-9]|2[AB])[0-9]{3}$")]
PlaceCode = Annotated[str, StringConstraints(pattern=r"^(?:[0-9][0-9AB][0-9]{0,3}|[a-z][a-z0-9_]{1,40})$")]
"""Where people vote: a department, a commune (INSEE), or a place of the law's edition."""
PollingStation = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z_-]{0,11}[0-9][0-9A-Z_-]{0,11}$", max_length=12)]
"""A code, stored in clear: nothing like a name may pass."""
_LAW = "#/components/schemas/"
PurposeWord = Annotated[Word, WithJsonSchema({"allOf": [{"$ref": f"{_LAW}Purpose"}]})]
"""A word of the law's: read as any word, described by those of the edition in force, and answered by the law."""
CategoryWord = Annotated[Word, WithJsonSchema({"allOf": [{"$ref": f"{_LAW}Category"}]})]
OriginWord = Annotated[Word, WithJsonSchema({"allOf": [{"$ref": f"{_LAW}OriginKind"}]})]
ElectionWord = Annotated[Word, WithJsonSchema({"allOf": [{"$ref": f"{_LAW}ElectionType"}]})]
GroundWord = Annotated[Word, WithJsonSchema({"allOf": [{"$ref": f"{_LAW}HandoverGround"}]})]
TransferWord = Annotated[Word, WithJsonSchema({"allOf": [{"$ref": f"{_LAW}TransferBasis"}]})]
NeedWord = Annotated[Word, WithJsonSchema({"allOf": [{"$ref": f"{_LAW}AccessibilityNeed"}]})]
NEXT: Any = Field(
    description="Where to go on, to send as `cursor`. An empty page is the end: keep its `next` and ask again later",
    examples=["AQAB3q2-7wAAAAAAAAAAAAAAAAAAAAAA"],
)
INSTANT = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})$"
Instant = Annotated[str, StringConstraints(pattern=INSTANT)]
"""An instant with its zone (RFC 3339)."""
OriginNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]


class Finding(Wire):
    """One answer of the law about one field; it never holds the value."""

    rule: str = Field(examples=["forbidden.religion"])
    articles: list[str] = Field(examples=[["RGPD, art. 9(1)"]])
    kind: Literal["law", "law_except_consent", "our_policy"] = Field(examples=["law"])
    decision: Literal["refuse", "review", "drop"] = Field(examples=["refuse"])
    field: str = Field(description="note, then note.1 for the second one; * for the whole", examples=["note"])
    category: str | None = Field(description="The forbidden attribute, when there is one", examples=["religion"])
    missing: str | None = Field(description="The fact that is missing", examples=["consent.phone"])
    advice_fr: str = Field(examples=["N'enregistrez pas la religion d'une personne."])
    advice_en: str = Field(examples=["Do not record a person's religion."])


class LeftOut(Finding):
    """A finding on words that were left out, with what their author may write instead."""

    neutral_fr: str | None = Field(
        description="What may be written instead of a forbidden attribute",
        examples=["Ne notez pas la religion ; notez plutôt : « préfère être contacté en soirée »."],
    )
    rewrite: str | None = Field(
        description="The author's own words without the sentences concerned, for POST /v1/contacts/{contact}/rewrites",
        examples=["Rappeler en soirée."],
    )


class Held(LeftOut):
    """A finding on words that wait for the privacy reviewer."""

    review_id: UUID | None = Field(
        description="Nothing where no contact was recorded, or they were decided on",
        examples=["7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"],
    )


class ProblemError(Wire):
    """One thing that is wrong, and where; never what stood there."""

    code: str = Field(examples=["missing"])
    text: str = Field(examples=["this is required"])
    properties: list[str] = Field(examples=[["fields.email.0"]])


class ProcessorNotice(Wire):
    """What the operator, as processor, tells the controller with a refusal (GDPR art. 28(3), last sentence)."""

    articles: list[str] = Field(examples=[["RGPD, art. 28(3)"]])
    fr: str = Field(examples=["L'exploitant, sous-traitant, avertit le responsable."])
    en: str = Field(examples=["The operator, as processor, informs the controller."])


class Problem(Wire):
    """RFC 9457, joined with the forms that vendors' clients expect."""

    type: str = Field(examples=["http://127.0.0.1:8000/problems/forbidden-attribute"])
    title: str = Field(examples=["A forbidden attribute"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["refused: forbidden.religion"])
    instance: str = Field(examples=["urn:uuid:7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"])
    code: str = Field(examples=["forbidden-attribute"])
    message: str = Field(examples=["refused: forbidden.religion"])
    errors: list[ProblemError]
    findings: list[Finding] | None = None
    notice: ProcessorNotice | None = None
    checks: dict[str, Literal["ok", "failing"]] | None = Field(default=None, examples=[{"database": "failing"}])
