// Moves the secret from the link's fragment into the form, and out of the address bar and the history.
(function () {
  var code = document.getElementById("code");
  if (!code) return;
  var fromLink = location.hash.slice(1);
  if (fromLink) {
    code.value = fromLink;
    history.replaceState(null, "", location.pathname);
  }
  if (code.value) {
    code.type = "hidden";
    document.getElementById("paste").hidden = true;
    document.getElementById("password").focus();
  }
})();
