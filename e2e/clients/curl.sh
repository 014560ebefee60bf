#!/bin/sh
# The token route with curl, as the guides write it: -u sends Basic without form-encoding it, -d the body.
set -eu

token() { sed -n 's/.*"access_token": *"\([^"]*\)".*/\1/p'; }
opens() {
	code=$(curl -sS --cacert "$SSL_CERT_FILE" -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $1" "$BASE_URL/api/odata/businessobject/incidents?\$top=1")
	[ "$code" = 200 ] || { echo "a token does not open the API: $code" >&2; exit 1; }
}

echo "-u: Basic"
basic=$(curl -sSf --cacert "$SSL_CERT_FILE" -u "$CLIENT_ID:$CLIENT_SECRET" -d grant_type=client_credentials "$AUTH_URL" | token)
opens "$basic"

echo "-d: body"
body=$(curl -sSf --cacert "$SSL_CERT_FILE" -d grant_type=client_credentials -d "client_id=$CLIENT_ID" -d "client_secret=$CLIENT_SECRET" "$AUTH_URL" | token)
opens "$body"

echo "a wrong secret: 401 with a challenge, 400 in the body"
wrong=$(curl -sS --cacert "$SSL_CERT_FILE" -o /dev/null -w '%{http_code}' -u "$CLIENT_ID:wrong" -d grant_type=client_credentials "$AUTH_URL")
[ "$wrong" = 401 ] || { echo "Basic with a wrong secret: $wrong" >&2; exit 1; }
wrong=$(curl -sS --cacert "$SSL_CERT_FILE" -o /dev/null -w '%{http_code}' -d grant_type=client_credentials -d "client_id=$CLIENT_ID" -d client_secret=wrong "$AUTH_URL")
[ "$wrong" = 400 ] || { echo "a wrong secret in the body: $wrong" >&2; exit 1; }
