import { html, type Markup } from './html.ts';

/** What every page has around it. */
export const page = (title: string, body: Markup): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - Autotask sandbox</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/style.css">
<script src="/assets/refresh.js" defer></script>
</head>
<body>
<header class="bar"><a href="/">Autotask sandbox</a><span class="hint">Stand-in for tests and demos. Not the real service.</span>
<nav aria-label="Pages"><a href="/">Tickets</a> <a href="/contracts">Contracts</a> <a href="/configuration-items">Configuration items</a> <a href="/companies">Companies</a></nav></header>
<main>
${body}
<p class="live" role="status" data-refresh-state></p>
</main>
</body>
</html>
`.source;

/** A time for people: minutes are enough, UTC is said once in the heading. */
export const moment = (iso: string): Markup =>
  iso === '' ? html`` : html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)}</time>`;
