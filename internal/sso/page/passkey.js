// Lets the forms that carry data-passkey ask the browser for a passkey, and sends what it answers as a field of the form.
(function () {
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (c) { return c.charCodeAt(0); });
  }

  function text(buffer) {
    if (!buffer) return undefined;
    return btoa(String.fromCharCode.apply(null, new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function listed(all) {
    return (all || []).map(function (one) { return Object.assign({}, one, { id: bytes(one.id) }); });
  }

  // Both directions by hand: not every browser has parseRequestOptionsFromJSON and toJSON.
  function ask(kind, key) {
    key.challenge = bytes(key.challenge);
    if (kind === "get") {
      key.allowCredentials = listed(key.allowCredentials);
      return navigator.credentials.get({ publicKey: key });
    }
    key.user.id = bytes(key.user.id);
    key.excludeCredentials = listed(key.excludeCredentials);
    return navigator.credentials.create({ publicKey: key });
  }

  function written(credential) {
    var r = credential.response;
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment || undefined, clientExtensionResults: {},
      response: {
        clientDataJSON: text(r.clientDataJSON), attestationObject: text(r.attestationObject), authenticatorData: text(r.authenticatorData),
        signature: text(r.signature), userHandle: text(r.userHandle), transports: r.getTransports ? r.getTransports() : undefined
      }
    });
  }

  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    var message = form.querySelector("[role=alert]");
    form.hidden = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      message.hidden = true;
      fetch(form.dataset.options, { method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" } })
        .then(function (answer) {
          return answer.json().then(function (body) {
            if (!answer.ok) throw new Error(body.detail);
            return ask(form.dataset.passkey, body.publicKey);
          });
        })
        .then(function (credential) {
          form.elements.credential.value = written(credential);
          form.submit();
        })
        .catch(function (error) {
          message.textContent = error.name === "NotAllowedError" ? "No passkey was used." : error.message;
          message.hidden = false;
        });
    });
  });
})();
