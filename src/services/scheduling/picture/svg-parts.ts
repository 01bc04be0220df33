// Parts of an SVG: colours, text, and the frame in which a schedule is drawn.

/** White text passes contrast on each of these. */
export const colours = {
  usual: '#0072B2',
  fixed: '#007A59',
  critical: '#B84A00',
  failed: '#B84A00',
  blocked: '#A2487B',
  pending: '#6B7280',
} as const;

/** Where time lies in a picture. */
export interface Frame {
  readonly width: number;
  readonly left: number;
  readonly right: number;
  /** The place of an instant; those after the end lie at the end. */
  readonly x: (at: number) => number;
}

/** Text that is safe inside elements and attributes; characters that XML forbids become spaces. */
export function escapeXml(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, ' ')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}

/** Text of at most so many characters, with an ellipsis when it is cut; nothing when there is no room. */
export function fitText(text: string, most: number): string {
  const letters = Array.from(text);
  if (letters.length <= most) return text;
  return most < 2 ? '' : `${letters.slice(0, most - 1).join('')}…`;
}

interface TextLook {
  readonly anchor?: 'middle' | 'end';
  readonly size?: number;
  readonly weight?: number;
  readonly fill?: string;
}

/** A text element; the text is escaped here. */
export function svgText(x: number, y: number, text: string, look: TextLook = {}): string {
  const anchor = look.anchor === undefined ? '' : ` text-anchor="${look.anchor}"`;
  const weight = look.weight === undefined ? '' : ` font-weight="${look.weight}"`;
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-size="${look.size ?? 12}" fill="${look.fill ?? '#1f2937'}"${anchor}${weight}>${escapeXml(text)}</text>`;
}
