// The steps of an interleaving, as the server tells them in the related information of a diagnostic, and what is written
// beside the lines while they are walked through. Knows nothing of VS Code.

export interface Step {
  /** From 1. */
  number: number;
  /** From 1. */
  thread: number;
  /** What the threads share; empty when the step concerns nothing shared. */
  cell: string;
  text: string;
}

/** `2. thread 1, `cache`: publishes it`; undefined if the message is something else. */
export function stepOf(message: string): Step | undefined {
  const parts = /^(\d+)\. thread (\d+)(?:, `([^`]*)`)?: (.+)$/s.exec(message);
  if (!parts) return undefined;
  return { number: Number(parts[1]), thread: Number(parts[2]), cell: parts[3] ?? "", text: parts[4] };
}

/** A line of words that stands behind the code of a line. */
export interface Note {
  line: number;
  thread: number;
  text: string;
  isPresent: boolean;
}

/**
 * One note for each line that has steps: the words of the present step, elsewhere those of all steps of the line.
 * `present` is the number of a step.
 */
export function notesOf(steps: readonly (Step & { line: number })[], present: number): Note[] {
  const lines = new Map<number, (Step & { line: number })[]>();
  for (const step of steps) lines.set(step.line, [...(lines.get(step.line) ?? []), step]);
  return [...lines].map(([line, here]) => {
    const now = here.find((step) => step.number === present);
    const told = now ? [now] : here;
    const text = told.map((step) => `${step.number}. thread ${step.thread} ${oneLine(step.text)}`).join("  ·  ");
    return { line, thread: told[0].thread, text, isPresent: now !== undefined };
  });
}

/** The place in a list of `count` after moving `by`; it does not leave the list. */
export function moved(index: number, by: number, count: number): number {
  return Math.min(Math.max(index + by, 0), count - 1);
}

/** Colours are for two threads; a third one has the second's. */
export function colourOf(thread: number): 1 | 2 {
  return thread === 1 ? 1 : 2;
}

/** The mark in the margin: the number of the thread in a circle, as SVG. */
export function gutterIcon(thread: number, colour: string, isPresent: boolean): string {
  const inside = isPresent ? colour : "none";
  const digit = isPresent ? "#ffffff" : colour;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" opacity="${isPresent ? 1 : 0.6}">` +
    `<circle cx="8" cy="8" r="6.5" fill="${inside}" stroke="${colour}"/>` +
    `<text x="8" y="11.6" text-anchor="middle" font-family="sans-serif" font-weight="bold" font-size="10" ` +
    `fill="${digit}">${thread}</text></svg>`
  );
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
