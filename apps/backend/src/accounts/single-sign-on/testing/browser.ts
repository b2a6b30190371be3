/** What a page offers to send. */
export interface Form {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}

const entities: Readonly<Record<string, string>> = { amp: '&', quot: '"', lt: '<', gt: '>', apos: "'" };
const plain = (text: string): string =>
  text
    .replace(/&#x([0-9a-f]+);/gi, (_all, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/&#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&(amp|quot|lt|gt|apos);/g, (_all, name: string) => entities[name] ?? '');

const attribute = (tag: string, name: string): string | null => {
  const found = new RegExp(`\\s${name}\\s*=\\s*"([^"]*)"`, 'i').exec(tag)?.[1];
  return found === undefined ? null : plain(found);
};

/** The first form of a page. */
const formOf = (html: string, address: string): Form | null => {
  const form = /<form\b[^>]*>.*?<\/form>/is.exec(html)?.[0];
  if (form === undefined) return null;
  const fields = [...form.matchAll(/<input\b[^>]*>/gis)].flatMap(([tag]) => {
    const name = attribute(tag, 'name');
    return name === null ? [] : [[name, attribute(tag, 'value') ?? ''] as const];
  });
  return { action: new URL(attribute(form, 'action') ?? '', address).href, fields: Object.fromEntries(fields) };
};

export interface Visited {
  readonly address: string;
  readonly status: number;
  readonly html: string;
  readonly form: Form | null;
}

const originOf = (address: string): string => new URL(address).origin;

/**
 * As much of a browser as sign-in takes: cookies, redirects and forms. With what another site posts, it sends no cookies, as those of
 * the store are `SameSite=Lax`.
 */
export class ScriptedBrowser {
  readonly #cookies = new Map<string, Map<string, string>>();

  visit(address: string): Promise<Visited> {
    return this.#go(address, { method: 'GET' }, null);
  }

  /** @param page where the form is */
  send(form: Form, page: string): Promise<Visited> {
    const body = new URLSearchParams(form.fields).toString();
    return this.#go(form.action, { method: 'POST', body }, originOf(page));
  }

  cookiesFor(address: string): string {
    const kept = this.#cookies.get(originOf(address)) ?? new Map<string, string>();
    return [...kept].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async #go(
    address: string,
    { method, body }: { method: string; body?: string },
    from: string | null,
  ): Promise<Visited> {
    const crosses = from !== null && from !== originOf(address);
    const answer = await fetch(address, {
      ...{ method, redirect: 'manual', ...(body !== undefined && { body }) },
      headers: {
        ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...(from !== null && { origin: from, 'sec-fetch-site': crosses ? 'cross-site' : 'same-origin' }),
        ...(!(crosses && method === 'POST') && { cookie: this.cookiesFor(address) }),
      },
    });
    this.#keep(address, answer.headers.getSetCookie());
    const location = answer.headers.get('location');
    if (location !== null) return this.#go(new URL(location, address).href, { method: 'GET' }, null);
    const html = await answer.text();
    return { address, status: answer.status, html, form: formOf(html, address) };
  }

  #keep(address: string, lines: readonly string[]): void {
    const kept = this.#cookies.get(originOf(address)) ?? new Map<string, string>();
    for (const line of lines) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /max-age=0\b/i.test(line)) kept.delete(name);
      else kept.set(name, value);
    }
    this.#cookies.set(originOf(address), kept);
  }
}
