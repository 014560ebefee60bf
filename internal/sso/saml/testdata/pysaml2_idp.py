"""An identity provider made of pysaml2: prints the Responses that it would post.

Reads one JSON object: key, certificate, metadata (file names), issuer, audience, acs, request, name_id,
and cases, each with layout, algorithm and digest. Prints a list of documents."""
import json
import sys

from saml2 import BINDING_HTTP_REDIRECT
from saml2.config import IdPConfig
from saml2.saml import NAMEID_FORMAT_EMAILADDRESS, NameID
from saml2.server import Server
from saml2.sigver import get_xmlsec_binary
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

ask = json.load(sys.stdin)
config = IdPConfig().load({
    "entityid": ask["issuer"],
    "service": {"idp": {
        "endpoints": {"single_sign_on_service": [("https://idp.example.com/sso", BINDING_HTTP_REDIRECT)]},
        "policy": {"default": {"lifetime": {"minutes": 5}, "attribute_restrictions": None, "name_form": "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"}},
    }},
    "key_file": ask["key"],
    "cert_file": ask["certificate"],
    "xmlsec_binary": get_xmlsec_binary(),
    "metadata": {"local": [ask["metadata"]]},
})
idp = Server(config=config)


def respond(case):
    return str(idp.create_authn_response(
        identity={"mail": [ask["name_id"]], "givenName": ["Ada"], "sn": ["Example <&>"]},
        in_response_to=ask["request"], destination=ask["acs"], sp_entity_id=ask["audience"],
        name_id=NameID(format=NAMEID_FORMAT_EMAILADDRESS, text=ask["name_id"]),
        authn={"class_ref": "urn:oasis:names:tc:SAML:2.0:ac:classes:Password", "authn_auth": ask["issuer"]},
        sign_assertion=case["layout"] != "response signed", sign_response=case["layout"] != "assertion signed",
        sign_alg=case.get("algorithm") or SIG_RSA_SHA256, digest_alg=case.get("digest") or DIGEST_SHA256,
    ))


json.dump([respond(case) for case in ask["cases"]], sys.stdout)
