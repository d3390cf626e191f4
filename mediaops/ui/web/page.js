// What links and times in a page's own HTML do. Streamlit runs this again with every page: once is enough.
if (!window.mediaopsPage) {
  window.mediaopsPage = true;

  // A link within the dashboard without loading it anew: as Back and Forward go.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-go]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    history.pushState({}, "", link.href);
    dispatchEvent(new PopStateEvent("popstate"));
  });

  const player = () => document.querySelector('[data-testid="stMain"] :is(video, audio)');

  // A time in a transcript plays from there.
  document.addEventListener("click", (event) => {
    const time = event.target.closest?.("[data-at]");
    const media = player();
    if (!time || !media) return;
    const go = () => {
      media.currentTime = Number(time.dataset.at);
      void media.play().catch(() => {}); // without leave to play it stands at the place all the same
    };
    // Before it knows how long it is, a player forgets where it was sent.
    if (media.readyState) go();
    else {
      media.addEventListener("loadedmetadata", go, { once: true });
      media.load();
    }
  });

  // The line being said. Events of media do not bubble, but they can be caught on the way down.
  document.addEventListener(
    "timeupdate",
    (event) => {
      if (event.target !== player()) return;
      const now = event.target.currentTime;
      for (const line of document.querySelectorAll("[data-from]")) {
        line.classList.toggle("is-now", Number(line.dataset.from) <= now && now < Number(line.dataset.to));
      }
    },
    true,
  );
}
