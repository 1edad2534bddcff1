import { briefing, household, HTML, messageAt, NOW } from "./household.js";

const PAGE = 100;

/** Answers for the daemon. `size` is how many messages there are; state lives as long as the process. */
export function makeApi(size) {
  let house = household(size);
  const streams = new Set();
  let event = 0;

  function tell(kind, data) {
    event += 1;
    for (const stream of streams) stream.write(`id: ${event}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  function find(id) {
    const found = house.actions.find((each) => each.id === id);
    if (!found) throw problem(404, "not_found", `There is no action ${id}.`);
    return found;
  }

  function move(id, type, change) {
    const found = find(id);
    Object.assign(found, change, { events: [...found.events, { seq: Date.now(), type, at: NOW.toISOString(), actor: "owner", detail: {} }] });
    tell("action", { id });
    return found;
  }

  function approve(id, digest) {
    const found = find(id);
    if (found.status !== "proposed") throw problem(409, "not_proposed", "It was decided already.");
    if (found.digest !== digest) throw problem(409, "stale_digest", "It changed since it was shown.");
    return move(id, "executed", { status: "executed", undo: { possible: !["reply", "send", "update_event"].includes(found.kind), until: null } });
  }

  const judge = (work) => ({ id, digest }) => {
    try {
      return { id, action: work(id, digest) };
    } catch (error) {
      return { id, code: error.code, detail: error.detail };
    }
  };

  function messages(search) {
    const start = Number(search.get("cursor") ?? 0);
    const [wanted, words] = [search.get("category"), search.get("q")?.toLowerCase()];
    const items = [];
    let index = start;
    for (; index < house.size && items.length < PAGE; index += 1) {
      const mail = messageAt(index);
      if (wanted && mail.classification.category !== wanted) continue;
      if (words && !`${mail.subject} ${mail.snippet} ${mail.from.name}`.toLowerCase().includes(words)) continue;
      items.push(mail);
    }
    return { items, next_cursor: index < house.size ? String(index) : null };
  }

  function oneMessage(id) {
    for (let index = 0; index < house.size; index += 1) {
      const mail = messageAt(index);
      if (mail.id === id) return { ...mail, body_text: mail.snippet, quoted_text: "On Thu, Jo Wayne wrote:\nAs agreed.", signature: "", defects: [], removed: false, body_html: HTML[id] ?? "" };
    }
    throw problem(404, "not_found", "There is no such message.");
  }

  const status = () => ({
    version: "0.1.0", halt: { halted: house.halted, reason: "" }, waiting: house.actions.filter((each) => each.status === "proposed").length,
    sources: [
      { id: "gmail/mail", account: "gmail", button: { action: "poll", label: "Read now", target: "gmail/mail" }, last_success: NOW.toISOString(), error: null, paused: false, gaps: [], backfill: null },
      { id: "office/mail", account: "office", button: { action: "sign_in", label: "Sign in", target: "office" }, last_success: NOW.toISOString(), error: "the sign-in has expired", error_code: "sign_in_again", paused: true, gaps: [], backfill: null },
    ],
    brain: { mode: "local", breaker: "closed", model: null },
    budget: { level: "fine", today: 0.14, per_day: 1, this_month: 3.8, per_month: 15 },
  });

  function settle(rule) {
    const undone = house.actions.filter((each) => each.rule === rule && each.undo.possible);
    return { items: undone.map((each) => ({ id: each.id, action: move(each.id, "rolled_back", { status: "rolled_back", undo: { possible: false } }) })) };
  }

  async function* talk(text) {
    yield ["round", { number: 1 }];
    yield ["tool", { tool: "search_mail", arguments: { q: text }, failed: false, said: "Looked through 47 messages" }];
    const answer = "Dana Reyes of **Acme** is the pressing one, sir: her export has failed since Friday and she wants a date by 10:00.\n\n- I have drafted an answer, which waits for your word.\n- Priya asks for the postmortem by Wednesday.\n\nThe status page is [here](https://status.wayne.example/incidents/4412).";
    for (const word of answer.split(/(?<= )/)) {
      yield ["text", { text: word }];
      await new Promise((done) => setTimeout(done, 15));
    }
    const waiting = house.actions.find((each) => each.status === "proposed");
    if (waiting) yield ["proposal", { action: waiting }];
    yield ["done", { entry: { id: "e1", role: "alfred", text: answer, steps: [], actions: [], ended: "done" } }];
  }

  const routes = [
    ["GET", /^\/api\/session\/ways$/, () => ({ code: true, passkey: true, google: true })],
    ["GET", /^\/api\/session$/, () => ({ device: { id: "d1", name: "This browser" } })],
    ["POST", /^\/api\/session$/, (_, { code }) => { if (code !== "4-HARRIET") throw problem(401, "wrong_code", "That code does not fit, or it has been used."); return {}; }],
    ["GET", /^\/api\/status$/, status],
    ["POST", /^\/api\/halt$/, () => { house.halted = true; tell("status", {}); return {}; }],
    ["POST", /^\/api\/resume$/, () => { house.halted = false; tell("status", {}); return {}; }],
    ["POST", /^\/api\/dev\/reset$/, (_, body) => { house = household(body.size ?? size); tell("status", {}); return {}; }],
    ["GET", /^\/api\/briefing$/, () => briefing(house)],
    ["GET", /^\/api\/messages$/, (_, __, search) => messages(search)],
    ["GET", /^\/api\/messages\/([^/]+)$/, ([id]) => oneMessage(id)],
    ["GET", /^\/api\/messages\/([^/]+)\/thread$/, ([id]) => ({ items: [oneMessage(id)] })],
    ["PUT", /^\/api\/messages\/([^/]+)\/classification$/, ([id], body) => { const { classification } = oneMessage(id); return { ...classification, ...body, brain: "owner" }; }],
    ["GET", /^\/api\/actions$/, (_, __, search) => ({ items: house.actions.filter((each) => ["status", "kind", "rule", "origin", "target"].every((name) => !search.get(name) || each[name] === search.get(name))), next_cursor: null })],
    ["POST", /^\/api\/actions\/approve$/, (_, body) => ({ items: body.items.map(judge(approve)) })],
    ["POST", /^\/api\/actions\/rollback$/, (_, body) => settle(body.rule)],
    ["POST", /^\/api\/actions$/, (_, body) => ({ id: "new", title: body.kind, status: "executed", undo: { possible: true }, ...body })],
    ["GET", /^\/api\/actions\/([^/]+)$/, ([id]) => find(id)],
    ["POST", /^\/api\/actions\/([^/]+)\/approve$/, ([id], body) => approve(id, body.digest)],
    ["POST", /^\/api\/actions\/([^/]+)\/reject$/, ([id]) => move(id, "rejected", { status: "rejected" })],
    ["POST", /^\/api\/actions\/([^/]+)\/rollback$/, ([id]) => move(id, "rolled_back", { status: "rolled_back", undo: { possible: false } })],
    ["POST", /^\/api\/actions\/([^/]+)\/edit$/, ([id], body) => move(id, "edited", { arguments: body.arguments, digest: `${id}-${Date.now()}` })],
    ["GET", /^\/api\/rules$/, () => ({ items: house.rules, next_cursor: null })],
    ["POST", /^\/api\/rules\/try$/, () => ({ count: 43, looked_at: 612, items: Array.from({ length: 12 }, (_, index) => messageAt(index + 8)) })],
    ["POST", /^\/api\/rules\/draft$/, (_, body) => ({ ...house.rules[0], name: "A new rule", said: body.text })],
    ["GET", /^\/api\/calendar\/(events|clashes)$/, () => ({ items: [], next_cursor: null })],
    ["GET", /^\/api\/conversations$/, () => ({ items: [{ id: "c1", title: "What is urgent?", begun_at: NOW.toISOString(), last_at: NOW.toISOString() }], next_cursor: null })],
    ["POST", /^\/api\/conversations$/, () => ({ id: `c${Date.now()}`, title: "", begun_at: NOW.toISOString(), last_at: NOW.toISOString() })],
    ["GET", /^\/api\/conversations\/[^/]+$/, () => ({ id: "c1", title: "", entries: [] })],
    ["GET", /^\/api\/devices$/, () => ({ items: [{ id: "d1", name: "This browser", seen_at: NOW.toISOString(), current: true }, { id: "d2", name: "Phone", seen_at: NOW.toISOString(), current: false }] })],
    ["PUT", /^\/api\/rules\/([^/]+)$/, ([name], body) => { house.rules = house.rules.map((each) => (each.name === name ? body : each)); if (!house.rules.includes(body)) house.rules.push(body); return body; }],
    ["DELETE", /^\/api\/rules\/([^/]+)$/, ([name]) => { house.rules = house.rules.filter((each) => each.name !== name); }],
    ["POST", /^\/api\/devices\/pairing$/, () => ({ code: "7-PENNYWORTH", link: "https://alfred.example/sign-in#7-PENNYWORTH" })],
    ["GET", /^\/api\/accounts$/, () => ({ items: [{ name: "gmail", provider: "google", connected: true, address: "jo@wayne.example" }, { name: "office", provider: "microsoft", connected: false, problem: "sign in to connect it" }], providers: [{ name: "google", title: "Google", fields: [] }] })],
    ["GET", /^\/api\/memory$/, () => ({ items: house.facts, next_cursor: null })],
    ["POST", /^\/api\/memory$/, (_, { fact }) => { const known = { id: `f${Date.now()}`, fact, quote: fact, learnt_at: NOW.toISOString() }; house.facts.push(known); return known; }],
    ["DELETE", /^\/api\/memory\/([^/]+)$/, ([id]) => { house.facts = house.facts.filter((each) => each.id !== id); }],
    ["POST", /^\/api\/follow-ups\/([^/]+)\/close$/, ([id]) => ({ id })],
    ["GET", /^\/api\/push\/key$/, () => ({ key: "BEl62iUYgUivxIkv69yViEuiBIa-Ib9-SkvMeAtA3LFgDzkrxZJjSgSnfckjBJuBkr3qBUYIHBQFLXYp5Nksh8U" })],
    ["GET", /^\/api\/notifications\/preferences$/, () => house.preferences],
    ["PUT", /^\/api\/notifications\/preferences$/, (_, body) => (house.preferences = body)],
    ["GET", /^\/api\/usage$/, () => ({ currency: "EUR", items: Array.from({ length: 30 }, (_, index) => ({ day: new Date(NOW.getTime() - (29 - index) * 86_400_000).toISOString().slice(0, 10), cost: (0.05 + 0.12 * Math.abs(Math.sin(index * 1.7))).toFixed(2) })) })],
    ["GET", /^\/api\/persona$/, () => house.persona],
    ["PUT", /^\/api\/persona$/, (_, body) => (house.persona = body)],
    ["GET", /^\/api\/settings$/, () => ({ web: { public_url: "https://alfred.example" }, poll: { interval: 60 }, persona: "alfred" })],
    ["GET", /^\/api\/logs$/, () => ({ items: [] })],
  ];

  return async function answer(request, response) {
    const url = new URL(request.url, "http://localhost");
    if (url.pathname === "/api/events") return listen(request, response, streams);
    const body = await readBody(request);
    if (/^\/api\/conversations\/[^/]+\/messages$/.test(url.pathname)) return stream(response, talk(body.text));
    const path = url.pathname;
    for (const [method, pattern, work] of routes) {
      const match = request.method === method && pattern.exec(path);
      if (match) return reply(response, () => work(match.slice(1).map(decodeURIComponent), body, url.searchParams));
    }
    return reply(response, () => { throw problem(404, "not_found", `Nothing answers ${request.method} ${path}.`); });
  };
}

const problem = (status, code, detail) => ({ status, code, detail });

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return chunks.length ? JSON.parse(Buffer.concat(chunks).toString()) : {};
}

function reply(response, work) {
  try {
    const form = work();
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(form) ?? "");
  } catch (error) {
    response.writeHead(error.status ?? 500, { "content-type": "application/problem+json" }).end(JSON.stringify({ title: "", detail: String(error), ...error }));
  }
}

async function stream(response, events) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for await (const [name, data] of events) response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  response.end();
}

function listen(request, response, streams) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" }).write(": hello\n\n");
  streams.add(response);
  const pulse = setInterval(() => response.write("event: pulse\ndata: {}\n\n"), 20_000);
  request.on("close", () => {
    clearInterval(pulse);
    streams.delete(response);
  });
}
