// Search is off: it would run in a worker made of text, which the page's content policy forbids.
Redoc.init("/api/openapi.json", { disableSearch: true, hideLoading: true }, document.getElementById("redoc"));
