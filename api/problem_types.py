"""The types of problem: name, status, and what their pages say in French and English. A name never changes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One type of problem; its page is /problems/<name>."""

    name: str
    status: int
    title_en: str
    title_fr: str
    help_en: str
    help_fr: str


PROBLEM_TYPES = {
    found.name: found
    for found in (
        ProblemType(
            "forbidden-attribute",
            422,
            "A forbidden attribute",
            "Un attribut interdit",
            "The request would record what the law forbids to keep of a person, such as religion, origin or health. "
            "Each finding names the field, the rule and the articles. Leave it out; do not write it in other words.",
            "La requête ferait enregistrer ce que la loi interdit de conserver d'une personne : religion, origine, "
            "santé... Chaque constat nomme le champ, la règle et les articles. Laissez cette donnée ; ne la récrivez "
            "pas autrement.",
        ),
        ProblemType(
            "consent-missing",
            422,
            "Consent is missing",
            "Il manque un consentement",
            "The law allows this only with the person's consent, and none is recorded. Ask for it, then try again.",
            "La loi ne le permet qu'avec le consentement de la personne, et aucun n'est enregistré. Demandez-le, puis "
            "recommencez.",
        ),
        ProblemType(
            "retention-expired",
            422,
            "The time to keep these data is over",
            "La durée de conservation est écoulée",
            "The day by which data of this origin must go is past: they cannot be recorded any more.",
            "Le jour où les données de cette origine doivent disparaître est passé : elles ne peuvent plus être "
            "enregistrées.",
        ),
        ProblemType(
            "refused",
            422,
            "The law, or our policy, refuses",
            "La loi, ou notre règle, refuse",
            "Each finding names the field, the rule, its articles, whether the law speaks or we do, and what to do "
            "next.",
            "Chaque constat nomme le champ, la règle, ses articles, si c'est la loi ou notre règle, et que faire "
            "ensuite.",
        ),
        ProblemType(
            "purpose-not-declared",
            400,
            "No purpose was declared",
            "Aucune finalité n'a été déclarée",
            "Personal data are processed for a declared purpose (GDPR art. 5(1)(b)). Send the header "
            "Processing-Purpose with one of the purposes listed by GET /v1/law.",
            "Des données personnelles se traitent pour une finalité déclarée (RGPD, art. 5, 1, b). Envoyez l'en-tête "
            "Processing-Purpose avec l'une des finalités que donne GET /v1/law.",
        ),
        ProblemType(
            "not-allowed",
            403,
            "The client may not do this",
            "Ce programme n'y est pas autorisé",
            "The client lacks the scope of the route, or may not act for the declared purpose. Scopes and purposes are "
            "given when the client is created; those of the staff are their role's: GET /v1/roles.",
            "Le programme n'a pas le droit (scope) de cette route, ou ne peut agir pour la finalité déclarée. Droits "
            "et finalités se donnent à la création du programme ; ceux du personnel sont ceux du rôle : GET /v1/roles.",
        ),
        ProblemType(
            "unauthenticated",
            401,
            "The caller is not known",
            "L'appelant n'est pas connu",
            "Send a valid access token: Authorization: Bearer, from POST /oauth/token. It holds for ten minutes. "
            "Staff send the token of their session, from POST /v1/staff/session.",
            "Envoyez un jeton d'accès valable : Authorization: Bearer, donné par POST /oauth/token. Il vaut dix "
            "minutes. Le personnel envoie le jeton de sa session, donné par POST /v1/staff/session.",
        ),
        ProblemType(
            "not-found",
            404,
            "Nothing there",
            "Rien à cette adresse",
            "There is no such route, or nothing of that name in this campaign.",
            "Cette route n'existe pas, ou rien ne porte ce nom dans cette campagne.",
        ),
        ProblemType(
            "method-not-allowed",
            405,
            "The route does not take this method",
            "La route n'accepte pas cette méthode",
            "The header Allow lists the methods that it takes.",
            "L'en-tête Allow énumère les méthodes acceptées.",
        ),
        ProblemType(
            "conflict",
            409,
            "The present state does not allow it",
            "L'état présent ne le permet pas",
            "Something of that name exists already, or was changed at the same moment. Read it, then decide.",
            "Un objet de ce nom existe déjà, ou a changé au même moment. Relisez-le, puis décidez.",
        ),
        ProblemType(
            "import-not-undoable",
            409,
            "The import cannot be undone",
            "L'import ne peut pas être défait",
            "It still runs (cancel it first), was undone already, stored nothing, or began more than seven days ago: "
            "what was before is kept no longer. Contacts can still be amended and erased one by one.",
            "Il est encore en cours (annulez-le d'abord), a déjà été défait, n'a rien enregistré, ou a commencé il y a "
            "plus de sept jours : l'état d'avant n'est pas conservé plus longtemps. Les contacts peuvent encore être "
            "modifiés ou effacés un à un.",
        ),
        ProblemType(
            "changes-gone",
            410,
            "Changes since then are kept no longer",
            "Les changements depuis lors ne sont plus conservés",
            "What went is listed for sixty days. Read every contact anew with GET /v1/contacts, drop those that are "
            "not in it, then begin GET /v1/changes from the moment at which that reading began.",
            "Ce qui est parti est listé soixante jours. Relisez tous les contacts par GET /v1/contacts, supprimez ceux "
            "qui n'y sont plus, puis reprenez GET /v1/changes à l'instant où cette lecture a commencé.",
        ),
        ProblemType(
            "contact-restricted",
            409,
            "The contact is restricted",
            "Le contact est limité",
            "The contact is kept and not used (GDPR art. 18). Release it first, once the person has been told.",
            "Le contact est conservé et n'est pas utilisé (RGPD, art. 18). Levez d'abord la limitation, la personne en "
            "étant informée.",
        ),
        ProblemType(
            "revision-stale",
            412,
            "The contact was changed since you read it",
            "Le contact a changé depuis votre lecture",
            "Read the contact again and send its new ETag in If-Match.",
            "Relisez le contact et envoyez son nouvel ETag dans If-Match.",
        ),
        ProblemType(
            "revision-required",
            428,
            "The change must name the revision it was made against",
            "La modification doit nommer la révision lue",
            "Send the header If-Match with the ETag of the contact as you read it.",
            "Envoyez l'en-tête If-Match avec l'ETag du contact tel que vous l'avez lu.",
        ),
        ProblemType(
            "too-many-results",
            422,
            "More than one person may be meant",
            "La recherche désigne trop de personnes",
            "A search names one person. Add a birth date, a commune, an e-mail address or a phone number.",
            "Une recherche désigne une personne. Ajoutez une date de naissance, une commune, un courriel ou un "
            "téléphone.",
        ),
        ProblemType(
            "approval-missing",
            409,
            "Another person must approve this first",
            "Une autre personne doit d'abord l'approuver",
            "This takes four eyes. Ask for it: POST /v1/approvals, with the action and its exact parameters. Somebody "
            "else approves it; then send the request again. Where nobody else can, it may be done after a delay, "
            "unless the data protection officer objects.",
            "Cet acte demande quatre yeux. Demandez-le : POST /v1/approvals, avec l'action et ses paramètres exacts. "
            "Une autre personne l'approuve, puis renvoyez la requête. Si personne d'autre ne le peut, il devient "
            "possible après un délai, sauf opposition du délégué à la protection des données.",
        ),
        ProblemType(
            "sign-in-delayed",
            429,
            "Too many tries: wait",
            "Trop d'essais : attendez",
            "Signing in to this account from this address has failed too often. Wait as long as Retry-After says; "
            "after ten failures the account is locked for a day for this address, unless a manager unlocks it.",
            "La connexion à ce compte depuis cette adresse a échoué trop souvent. Attendez la durée de Retry-After ; "
            "après dix échecs, le compte est fermé un jour pour cette adresse, sauf si un responsable le rouvre.",
        ),
        ProblemType(
            "weak-password",
            422,
            "The password is not good enough",
            "Le mot de passe ne suffit pas",
            "Eighty bits (CNIL, deliberation 2022-100): twelve signs of four kinds, fourteen of three, or a phrase of "
            "seven words; no common word, and nothing of your name, e-mail address or campaign.",
            "Quatre-vingts bits (CNIL, délibération 2022-100) : douze signes de quatre sortes, quatorze de trois, ou "
            "une phrase de sept mots ; ni mot courant, ni rien de votre nom, de votre courriel ou de la campagne.",
        ),
        ProblemType(
            "invalid-input",
            422,
            "The request has another form",
            "La requête a une autre forme",
            "Each error names the place and what is expected there; the description stands at /openapi.json.",
            "Chaque erreur nomme l'endroit et ce qui y est attendu ; la description est à /openapi.json.",
        ),
        ProblemType(
            "attachment-refused",
            422,
            "The file is not taken",
            "Le fichier n'est pas accepté",
            "The content is not whole, is not what its media type says, or could act: a script, a program to start, a "
            "file in the file, another format behind it. Print it, scan it, and send the scan.",
            "Le contenu n'est pas entier, n'est pas du type annoncé, ou pourrait agir : script, programme à lancer, "
            "fichier dans le fichier, autre format à la suite. Imprimez-le, numérisez-le et envoyez la numérisation.",
        ),
        ProblemType(
            "malformed-body",
            400,
            "The body cannot be read",
            "Le corps de la requête est illisible",
            "The body is not valid JSON in UTF-8, breaks off, or names a member twice.",
            "Le corps n'est pas du JSON valable en UTF-8, s'interrompt, ou nomme deux fois un même membre.",
        ),
        ProblemType(
            "unsupported-media-type",
            415,
            "The body is of another media type",
            "Le corps est d'un autre type",
            "Send the Content-Type that the description names for the route, without compression.",
            "Envoyez le Content-Type que la description nomme pour cette route, sans compression.",
        ),
        ProblemType(
            "body-too-large",
            413,
            "The body is too large",
            "Le corps est trop grand",
            "A body holds at most one mebibyte, a batch eight, a stream of lines 256, and one line of it one; an "
            "attachment, what the installation allows (ten, unless it says so).",
            "Un corps compte au plus un mébioctet, un lot huit, un flux de lignes 256, et chacune de ses lignes un ; "
            "une pièce jointe, ce que l'installation permet (dix par défaut).",
        ),
        ProblemType(
            "credentials-in-address",
            400,
            "A secret stood in the address",
            "Un secret figurait dans l'adresse",
            "Addresses are kept by logs and histories. Send tokens in Authorization and secrets in the body; change "
            "the one that was sent here.",
            "Journaux et historiques gardent les adresses. Envoyez les jetons dans Authorization et les secrets dans "
            "le corps ; changez celui qui a été envoyé ici.",
        ),
        ProblemType(
            "too-many-requests",
            429,
            "Too many requests",
            "Trop de requêtes",
            "The quota is used up. Wait for the seconds that Retry-After names; RateLimit and RateLimit-Policy tell "
            "how it stands. Failed proofs count against the address that they come from.",
            "Le quota est épuisé. Attendez les secondes que dit Retry-After ; RateLimit et RateLimit-Policy disent où "
            "il en est. Les preuves manquées comptent contre l'adresse dont elles viennent.",
        ),
        ProblemType(
            "idempotency-key-required",
            400,
            "The request needs an Idempotency-Key",
            "La requête demande un Idempotency-Key",
            "Send the header Idempotency-Key once, with 8 to 128 letters, figures or . _ - : between double quotes, "
            "such as a UUID drawn for this request. Sending the same request again with the same key does it once.",
            "Envoyez une fois l'en-tête Idempotency-Key, avec 8 à 128 lettres, chiffres ou . _ - : entre guillemets "
            "droits, par exemple un UUID tiré pour cette requête. La même requête renvoyée avec la même clé n'est "
            "exécutée qu'une fois.",
        ),
        ProblemType(
            "idempotency-key-running",
            409,
            "The first request with this key is still running",
            "La première requête portant cette clé est encore en cours",
            "Wait a moment and send the same request again: it is then answered without being done twice.",
            "Attendez un instant et renvoyez la même requête : elle recevra sa réponse sans être exécutée deux fois.",
        ),
        ProblemType(
            "idempotency-key-reused",
            422,
            "The key was used for another request",
            "La clé a servi à une autre requête",
            "A key stands for one request: same route, purpose, preferences and body, byte for byte, for a day. Draw a "
            "new key for a new request.",
            "Une clé vaut pour une seule requête : même route, même finalité, mêmes préférences, même corps à l'octet "
            "près, pendant un jour. Tirez une nouvelle clé pour une nouvelle requête.",
        ),
        ProblemType(
            "too-slow",
            408,
            "The request came too slowly",
            "La requête est arrivée trop lentement",
            "Headers must be there within ten seconds and a body within a minute. Nothing was done. Send it again.",
            "Les en-têtes doivent arriver en dix secondes et le corps en une minute. Rien n'a été fait. Renvoyez la "
            "requête.",
        ),
        ProblemType(
            "malformed-request",
            400,
            "The request is not well-formed HTTP",
            "La requête n'est pas du HTTP bien formé",
            "Headers contradict each other or are not written as HTTP/1.1 asks, such as two lengths of one body. The "
            "connection is closed.",
            "Les en-têtes se contredisent ou ne sont pas écrits comme le veut HTTP/1.1 : deux longueurs pour un même "
            "corps, par exemple. Le serveur raccroche.",
        ),
        ProblemType(
            "headers-too-large",
            431,
            "The headers are too large",
            "Les en-têtes sont trop grands",
            "Address and headers together hold at most 16 kibibytes.",
            "L'adresse et les en-têtes comptent ensemble au plus 16 kibioctets.",
        ),
        ProblemType(
            "not-ready",
            503,
            "Not ready",
            "Pas prêt",
            "One of the checks fails; the answer names it. Try again, or run isoloir doctor, which tells why.",
            "L'un des contrôles échoue ; la réponse le nomme. Réessayez, ou lancez isoloir doctor, qui dit pourquoi.",
        ),
        ProblemType(
            "unavailable",
            503,
            "The database does not answer",
            "La base de données ne répond pas",
            "Wait as long as Retry-After says, then send the request again, with the same Idempotency-Key if it has "
            "one: it may have been done already.",
            "Attendez le temps que dit Retry-After, puis envoyez la requête à nouveau, avec la même Idempotency-Key si "
            "elle en a une : elle a peut-être déjà été faite.",
        ),
        ProblemType(
            "internal-error",
            500,
            "An error of ours",
            "Une erreur de notre fait",
            "Nothing was stored and nothing returned. Give the operator the instance of this problem.",
            "Rien n'a été enregistré ni rendu. Donnez à l'opérateur l'instance de ce problème.",
        ),
    )
}
