// Shows the OpenAPI document. «Try it» works with the session one is signed in with; writes need a token.
const host = document.getElementById("api-docs");
window.SwaggerUIBundle({
  url: host.dataset.document,
  domNode: host,
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  validatorUrl: null,
});
