package federation

import "slices"

// Reason is one reason why somebody did not get in, for documentation.
type Reason struct {
	Code    string
	Message string // a sentence without markup
}

// Reasons are those of both kinds of identity providers, beside what the checks of a SAML message refuse: which provider it is, whose the
// message is, and what becomes of it.
func Reasons() []Reason { return slices.Clone(reasons) }

// OpenIDReasons are those of OpenID Connect alone.
func OpenIDReasons() []Reason {
	out := slices.Clone(openIDReasons)
	for _, code := range knownErrors {
		out = append(out, Reason{"provider_" + code, knownMeanings[code]})
	}
	return out
}

var reasons = []Reason{
	{"issuer_unknown", "No identity provider here has this identifier. Compare it letter by letter, with its slash at the end."},
	{"provider_disabled", "The identity provider is switched off here."},
	{"request_over", "The sign-in was finished already, or was begun more than ten minutes before."},
	{"replayed", "This very message was taken already. A browser that loads a page again sends it twice."},
	{"no_identity", "The claim that names people for good, as the record has it, was not sent."},
	{"jit_off", "Nobody here is who signs in, and the record does not create people. Register the person, link by e-mail address, or let it create people."},
	{"email_conflict", "Somebody here has the login or the e-mail address of who signs in and is not linked to them. Register the person, or link by e-mail address; who administers is registered by hand."},
	{"email_unverified", "Somebody here has the e-mail address, and the provider does not say that it is theirs who sign in (email_verified, or xms_edov of Entra ID)."},
	{"domain_not_verified", "Somebody here has the e-mail address, and its domain is not verified, or not assigned to this provider."},
	{"user_disabled", "The person is not active here. Signing in activates nobody."},
	{"person_refused", "The record of the person does not take what the provider says of them; the message says which field and why. Correct the mapping, or what the provider sends."},
	{"no_role", "The person has no role here. Give one, or set a default role for new people."},
	{"step_up_other", "Somebody was to prove anew who they are, and signed in at the provider as somebody else."},
	{"step_up_stale", "Somebody was to prove anew who they are, and the provider did not ask them to sign in again."},
	{"step_up_unsaid", "Somebody was to prove anew who they are, and the provider does not say when they have signed in there."},
}

var openIDReasons = []Reason{
	{"discovery_failed", "The provider's discovery document could not be read, or does not fit. Compare the issuer letter by letter; the message says what stands against it."},
	{"answer_malformed", "The answer has no code, or says something twice."},
	{"state_unknown", "The answer belongs to no sign-in that this browser has begun in the last ten minutes."},
	{"issuer_mismatch", "The answer comes from another provider than was asked (RFC 9207)."},
	{"exchange_failed", "The provider gave no token for its code. Compare client id, client secret and redirect URI; what the provider says is in the message."},
	{"token_missing", "The provider's answer holds no ID token."},
	{"token_signature", "The token's signature does not count: RS256, PS256, ES256 or EdDSA is needed, by a key that the provider publishes."},
	{"token_issuer", "The token is of another issuer."},
	{"token_audience", "The token is for another client, or for several."},
	{"token_subject", "The token names nobody."},
	{"token_nonce", "The token answers another sign-in."},
	{"token_hash", "The token belongs to another access token."},
	{"token_expired", "The token has expired, or does not say when it does. Compare the clocks."},
	{"token_times", "The token does not say that it was made just now. Compare the clocks."},
	{"token_refused", "The token is no ID token, or cannot be read; the message says why."},
	{"not_fresh", "Everybody is to prove anew who they are, and the provider did not ask them."},
	{"userinfo_failed", "Claims that are used here were not in the token, and the userinfo endpoint did not say them."},
	{"userinfo_subject", "The userinfo endpoint speaks of somebody else."},
	{"provider_error", "The provider reports an error that no standard knows; it is in the message."},
}

// knownMeanings are what the error codes of the standards mean (knownErrors).
var knownMeanings = map[string]string{
	"access_denied":              "The provider, or who wanted to sign in, said no. With Entra ID: is the person assigned to the application?",
	"invalid_request":            "The provider does not understand the request. Most often the redirect URI is not registered there.",
	"unauthorized_client":        "The provider does not let this client sign people in.",
	"unsupported_response_type":  "The provider does not give codes to this client: the code flow has to be allowed there.",
	"invalid_scope":              "The provider does not know one of the scopes.",
	"server_error":               "The provider has broken down. Try again later.",
	"temporarily_unavailable":    "The provider is overloaded or being worked on. Try again later.",
	"interaction_required":       "The provider has to ask the person something, and was not allowed to.",
	"login_required":             "The person has to sign in at the provider.",
	"account_selection_required": "The person has to choose one of several accounts at the provider.",
	"consent_required":           "Somebody has to consent at the provider: with Entra ID an administrator of the directory, often.",
	"invalid_client":             "The provider does not know the client id, or the client secret is wrong or has expired.",
}
