"""An identity provider made of lasso: answers our AuthnRequest, asks for logout, and answers our LogoutRequest.

Reads one JSON object: key, certificate, metadata, own (file names), entity, query (the query of our request), logout (that of
our LogoutRequest), name_id, algorithm. Prints one with response (base64), logout_request and logout_response (URLs)."""
import json
import sys

import lasso

ask = json.load(sys.stdin)
server = lasso.Server(ask["own"], ask["key"], None, ask["certificate"])
server.signatureMethod = getattr(lasso, "SIGNATURE_METHOD_" + ask["algorithm"])
server.addProvider(lasso.PROVIDER_ROLE_SP, ask["metadata"])

login = lasso.Login(server)
login.processAuthnRequestMsg(ask["query"])
login.validateRequestMsg(True, True)
login.buildAssertion(lasso.SAML2_AUTHN_CONTEXT_PASSWORD, ask["now"], ask["end"], ask["now"], ask["end"])
login.assertion.subject.nameID.content = ask["name_id"]
login.buildAuthnResponseMsg()
answer = {"response": login.msgBody}

logout = lasso.Logout(server)
logout.setSessionFromDump(login.session.dump())
logout.initRequest(ask["entity"], lasso.HTTP_METHOD_REDIRECT)
logout.buildRequestMsg()
answer["logout_request"] = logout.msgUrl

logout = lasso.Logout(server)
logout.setSessionFromDump(login.session.dump())
logout.processRequestMsg(ask["logout"])  # fails unless our signature verifies
try:
    logout.validateRequest()
except lasso.Error:
    pass  # the session is another process's; what counts is the answer
logout.buildResponseMsg()
answer["logout_response"] = logout.msgUrl
json.dump(answer, sys.stdout)
