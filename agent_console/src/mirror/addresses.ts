/**
 * Which addresses the agent's browser may load for the mirror. The frame's CSP header says the same once more; this is
 * the line that also holds where a header was lost, and it keeps refused requests out of the agent's console.
 */

// An image never runs scripts, SVG included; documents (`data:text/html`) and style sheets are never loaded from data.
const DATA_IMAGE = /^data:image\/(?:png|jpeg|gif|webp|avif|bmp|x-icon|vnd\.microsoft\.icon|svg\+xml)[;,]/i;
const DATA_FONT = /^data:(?:font\/[a-z0-9-]+|application\/(?:x-)?font-[a-z0-9-]+|application\/vnd\.ms-fontobject)[;,]/i;

export class Addresses {
  private readonly origins: ReadonlySet<string>;

  /** `origins` are serialised origins ("https://shop.example"); https, or http on loopback alone (demo and tests). */
  constructor(origins: readonly string[]) {
    this.origins = new Set(origins);
  }

  /** The address to load an image or font from, or null where it must not be loaded. */
  asset(address: string, base?: string): string | null {
    const trimmed = address.trim();
    if (DATA_IMAGE.test(trimmed) || DATA_FONT.test(trimmed)) return trimmed;
    return this.remote(trimmed, base);
  }

  /** The address to load a style sheet from, or null. */
  remote(address: string, base?: string): string | null {
    let url: URL;
    try {
      url = base ? new URL(address, base) : new URL(address);
    } catch {
      return null;
    }
    const safe = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
    if (!safe || url.username || url.password || !this.origins.has(url.origin)) return null;
    return url.href;
  }
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(?:\.\d+){3}$/.test(host);
}
