// Keeps the part of the page that is marked data-live up to date. It is replaced only when it differs,
// so nothing flickers and no selection, focus or scroll position is lost without a reason.
const PAUSE_MS = 2000;
const state = document.querySelector('[data-refresh-state]');
let isAway = false;

const tell = (sentence) => {
  if (state && state.textContent !== sentence) state.textContent = sentence;
};

const refresh = async () => {
  const live = document.querySelector('[data-live]');
  if (!live || document.hidden) return;
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' }, cache: 'no-store' });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-live]');
    const reading = live.contains(document.activeElement) && document.activeElement.matches('a');
    if (fresh && fresh.innerHTML !== live.innerHTML && !reading) {
      const left = live.querySelector('.scroll')?.scrollLeft ?? 0;
      live.innerHTML = fresh.innerHTML;
      live.querySelector('.scroll')?.scrollTo({ left });
    }
    if (isAway) tell('Connected again.');
    isAway = false;
  } catch {
    isAway = true;
    tell('The sandbox does not answer. The page shows what was last known.');
  }
};

const loop = async () => {
  await refresh();
  setTimeout(loop, PAUSE_MS);
};
setTimeout(loop, PAUSE_MS);
document.addEventListener('visibilitychange', refresh);
