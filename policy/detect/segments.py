"""Find what a segment does, besides what it says: choosing by the sound of a name, two equal sexes, a place gone to.

The operator is the forbidden attribute here; no word of any lexicon need appear.
"""

import re
from collections.abc import Iterator

from policy.detect.verdict import Hit

_NAME = (
    r"\b(?:pre)?nom(?:s|_de_famille|_naissance|_usage)?\b(?! (?:de|du) (?:la )?(?:rue|voie|ville|commune|bureau))"
    r"|\b(?:first|last|sur|family|given)_?names?\b|\bpatronymes?\b"
)
_STARTS = r"(?:commen\w+|debut\w+|starts?|starting|starts_?with|begins?|beginning)"
_PICKS = (
    r"\b(?:i?like|contenant|contient|contains?|containing|finissant|termin\w+|ends?|ends_?with|ending|rlike|regexp?|"
    rf"similar|sonorit\w+|conson\w+|soundex|metaphone|phonet\w+|ressembl\w+|in|parmi|{_STARTS}|"
    r"dans (?:la|une|cette) liste)\b|\bdans\s*\(|~"
)
_BY_NAME = re.compile(rf"(?:{_NAME})[^;]{{0,40}}?(?:{_PICKS})")
_INITIAL = re.compile(
    r"like\s*'[a-z]%'|\b(?:in|dans)\s*\(\s*(?:'[a-z]'(?:\s*,)?\s*)+\)"
    rf"|\b{_STARTS}\b(?: (?:par|with|by))?(?: (?:la|les|une|the|a))?(?: (?:lettres?|letters?|initiales?))? ?'?[a-z]\b"
)
_SEX = r"(?:sexe|genre|gender|sex)"
_PARTNER = r"(?:spouse|conjoint|conjointe|partner|partenaire|epoux)"
_PARTNERS_SEX = rf"(?:{_PARTNER}(?=\w*_{_SEX})\w*+|{_PARTNER}\w*+\.{_SEX}\w*+|{_SEX}_(?=\w*{_PARTNER})\w*+)"
_SAME_SEX = re.compile(rf"\b{_SEX}\w*+\s*=+\s*{_PARTNERS_SEX}|\b{_PARTNERS_SEX}\s*=+\s*{_SEX}\b")


_SEX_OF_PARTNER = re.compile(
    r"(?:sexes?|genres?|gender|sex)[\W_]\W*+(?:\w{1,63}+\W++){0,2}(?:\w{0,63}_)?"
    r"(?:conjoint|partenaire|partner|spouse|epoux|epouse|compagn)"
    r"|(?:conjointe?|partenaire|partner|spouse|epoux|epouse|compagn\w{1,63})[\W_]+(?:sexe|genre|gender|sex)\b"
)
"""Nobody needs the sex of somebody's partner but to know whom they love."""
_BORN_ABROAD = re.compile(
    r"\b(?:naissance|nes?|nee?s?|birth\w*|born)\b[^;]{0,25}?\b(?:hors|etranger|abroad|outside|overseas)\b"
)
_STREETS = r"rue|avenue|place|boulevard|chemin|impasse|quai|allee|cours|square|pres|face"
_GAP = rf"\b(?:(?!\b(?:{_STREETS})\b)[^;]){{0,25}}?"
_LIVES_AT = rf"\b(?:adresses?|address|domicil\w+|residen\w+|reside\w*|heberg\w+|habit\w+|lives?|living){_GAP}"
_GOES_TO = (
    r"\b(?:particip(?:e|es|ent|er|ants?|antes?)|presents? (?:a|au|aux|lors)|venus? (?:a|au|aux)|inscrits? (?:a|au|aux)|"
    rf"assist(?:e|es|ent|er)|attend(?:s|ed|ees?|ing)|frequent(?:e|es|ent|er|ant)|habitues?|abonnee?s?|membres?){_GAP}"
)
_PRISONS = r"maisons? d.arret|centres? (?:de detention|penitentiaires?)|prisons?|penitencier|jail"
_WARDS = (
    r"ehpads?|(?:hopital|clinique|centre|service) psychiatrique|maison d.accueil specialisee|esat|maison de repos"
    r"|nursing homes?|care homes?|hospices?"
)
_REFUGES = r"cada|foyers? de (?:migrants|demandeurs d.asile)|aires? d.accueil|bidonvilles?"
_WORSHIP = (
    r"messes?|mosquees?|cultes?|eglises?|synagogues?|temples?|paroisses?|iftars?|pelerinages?|processions?|prieres?"
    r"|mass|church|mosques?|catechisme|aumonerie"
)
_UNION_MEETINGS = (
    r"(?:congres|meetings?|reunions?|piquets?|defiles?|manifs?|ag) (?:de la |du |de |des )?"
    r"(?:cgt|cfdt|fo|unsa|fsu|sud|solidaires|cftc|syndica\w+|fnsea|greve)|union meetings?|picket lines?"
)
_PLACES = {
    "criminal_record": (_LIVES_AT, _PRISONS),
    "health": (_LIVES_AT, _WARDS),
    "ethnic_origin": (_LIVES_AT, _REFUGES),
    "religion": (_GOES_TO, _WORSHIP),
    "trade_union": (_GOES_TO, _UNION_MEETINGS),
    "sexual_orientation": (_GOES_TO, r"marches? des fiertes|gay prides?|prides?|soirees? (?:gays?|lgbt\w*|queers?)"),
    "philosophical_belief": (_GOES_TO, r"tenues? (?:maconniques?|blanches?)|loges?|banquets? laiques?"),
}
"""Who lives in such a place, or goes to such a gathering, is chosen by what the law forbids to note."""
_CHOOSING = {name: re.compile(rf"{verb}\b(?:{places})\b") for name, (verb, places) in _PLACES.items()}


def operators(plain: str) -> Iterator[Hit]:
    """Yield a hit for each operator that selects by origin or orientation; ``plain`` is lower case without accents."""
    by_name = _BY_NAME.search(plain)
    if by_name and not _INITIAL.search(plain):
        yield _hit("ethnic_origin", by_name, "segment.name")
    if same_sex := _SAME_SEX.search(plain):
        yield _hit("sexual_orientation", same_sex, "segment.same_sex")
    if abroad := _BORN_ABROAD.search(plain):
        yield _hit("ethnic_origin", abroad, "segment.birthplace")
    for category, choosing in _CHOOSING.items():
        if found := choosing.search(plain):
            yield _hit(category, found, "segment.place")


def asked_of_partner(plain: str) -> Iterator[Hit]:
    """Yield a hit where a column or a tag asks for the sex of a person's partner."""
    if found := _SEX_OF_PARTNER.search(plain):
        yield _hit("sexual_orientation", found, "structure.sex_of_partner")


def _hit(category: str, found: re.Match[str], reason: str) -> Hit:
    return Hit(category, f"forbidden.{category}", found.start(), found.end(), 0.9, reason)
