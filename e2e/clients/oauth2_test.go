package clients

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

func oauth2Config(t *testing.T, style oauth2.AuthStyle) *clientcredentials.Config {
	t.Helper()
	return &clientcredentials.Config{
		ClientID: variable(t, "CLIENT_ID"), ClientSecret: variable(t, "CLIENT_SECRET"), TokenURL: variable(t, "AUTH_URL"), AuthStyle: style,
	}
}

func TestOAuth2(t *testing.T) {
	for name, style := range map[string]oauth2.AuthStyle{
		"finds out how secrets are sent": oauth2.AuthStyleAutoDetect, "Basic": oauth2.AuthStyleInHeader, "body": oauth2.AuthStyleInParams,
	} {
		t.Run(name, func(t *testing.T) {
			config := oauth2Config(t, style)
			config.Scopes = []string{"odata.read", "data.read"}
			token, err := config.Token(within(t))
			if err != nil {
				t.Fatal(err)
			}
			if scope := granted(token.Extra("scope")); len(strings.Fields(scope)) != 2 || token.TokenType != "Bearer" || !token.Valid() || token.Expiry.IsZero() {
				t.Errorf("a %s token of scope %q until %s", token.TokenType, scope, token.Expiry)
			}
			opens(t, config.Client(within(t)), "")
		})
	}
	t.Run("a wrong secret is one error, in both ways of sending it", func(t *testing.T) {
		config := oauth2Config(t, oauth2.AuthStyleAutoDetect)
		config.ClientSecret = config.ClientSecret[:len(config.ClientSecret)-1] + "~"
		_, err := config.Token(within(t))
		var refused *oauth2.RetrieveError
		if !errors.As(err, &refused) || refused.ErrorCode != "invalid_client" || refused.Response.StatusCode != http.StatusBadRequest {
			t.Errorf("answered %v", err)
		}
	})
	t.Run("a scope that is not granted is refused", func(t *testing.T) {
		config := oauth2Config(t, oauth2.AuthStyleInHeader)
		config.Scopes = []string{"admin.write"}
		_, err := config.Token(within(t))
		var refused *oauth2.RetrieveError
		if !errors.As(err, &refused) || refused.ErrorCode != "invalid_scope" {
			t.Errorf("answered %v", err)
		}
	})
}
