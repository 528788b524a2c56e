// Keeps the page usable without a network. `cargo xtask prerender` fills in the two constants below and puts this file beside
// the page. What the page is made of has its content in its name, so the kept copy is as good as the server's. The
// document and the measurements are asked for each time; a kept copy only stands in when no answer comes.

// Stands for the content of every file of the page: another page has another version, and so a cache of its own.
const VERSION = 'not prerendered';
// What the page is made of, beside its measurements.
const FILES = ['./'];

// Pages in other folders of this origin have caches, too.
const MINE = `forge ${registration.scope} `;
const CACHE = MINE + VERSION;
// How long a document may take to come, in milliseconds, before the kept one is shown.
const PATIENCE = 3000;

addEventListener('install', (event) => event.waitUntil(keepEverything()));
// A new version waits until no page of the old one is open, so no page loses files that it may still ask for.
addEventListener('activate', (event) => event.waitUntil(dropOthers().then(() => clients.claim())));

addEventListener('fetch', (event) => {
  const { request } = event;
  const address = request.url.replace(/[?#].*/, '');
  if (request.method !== 'GET' || !address.startsWith(registration.scope)) return;
  const name = address.slice(registration.scope.length);
  if (name === '' || name === 'index.html') event.respondWith(newestDocument(request));
  else if (name.startsWith('results/')) event.respondWith(newestResult(event, request));
  else if (FILES.includes(name)) event.respondWith(kept(name).then((copy) => copy ?? fetch(request)));
});

async function keepEverything() {
  const cache = await caches.open(CACHE);
  // The document must be the one that goes with these files, not one the browser remembers.
  await cache.addAll(FILES.map((name) => new Request(name, { cache: name === './' ? 'no-cache' : 'default' })));
  // The index says which measurements there are. Without them the page still works, and says what is missing.
  try {
    const index = await fetch('results/index.json');
    const { results } = await index.clone().json();
    await cache.put('results/index.json', index);
    await cache.addAll(results.map((result) => 'results/' + result.path));
    await cache.add('results/catalogue.json');
  } catch {}
}

async function dropOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(MINE) && name !== CACHE).map((name) => caches.delete(name)));
}

// The server's document, so that a new version of the page shows; it is not kept, because the files kept here belong
// to the one that is.
async function newestDocument(request) {
  const network = fetch(request);
  try {
    return await Promise.race([network, new Promise((_, late) => setTimeout(late, PATIENCE))]);
  } catch {
    return (await kept('./')) ?? network;
  }
}

// The server's measurements, however long they take: an old number must not pass for a new one while there is a server
// to ask. Whatever it says is passed on, also that there is no such file.
async function newestResult(event, request) {
  try {
    const answer = await fetch(request);
    if (answer.status === 200) {
      const copy = answer.clone();
      event.waitUntil(caches.open(CACHE).then((cache) => cache.put(request, copy)));
    }
    return answer;
  } catch (error) {
    const copy = await kept(request);
    if (copy) return copy;
    throw error;
  }
}

async function kept(what) {
  const cache = await caches.open(CACHE);
  return cache.match(what, { ignoreVary: true });
}
