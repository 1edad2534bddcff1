import type { Attachment } from "svelte/attachments";

import type { CalendarEvent } from "$lib/api/types";
import { DAY_MINUTES } from "./days";

const SNAP = 15;
const FAR_ENOUGH = 5;

export interface Drop {
  event: CalendarEvent;
  day: string;
  minute: number;
}

interface Held {
  event: CalendarEvent;
  x: number;
  y: number;
  grip: number;
}

/** An event in the hand: where it would be if it were let go now. Fingers scroll instead; for them there is a dialog. */
export class Drag {
  over = $state.raw<Drop | null>(null);
  #held: Held | null = null;
  #ondrop: (drop: Drop) => void;

  constructor(ondrop: (drop: Drop) => void) {
    this.#ondrop = ondrop;
  }

  handle = (event: CalendarEvent): Attachment<HTMLElement> => (node) => {
    const aborter = new AbortController();
    const { signal } = aborter;
    node.addEventListener("pointerdown", (pointer) => this.#take(node, event, pointer), { signal });
    node.addEventListener("pointermove", (pointer) => this.#move(pointer), { signal });
    node.addEventListener("pointerup", () => this.#drop(node), { signal });
    node.addEventListener("pointercancel", () => this.#leave(), { signal });
    node.addEventListener("keydown", (key) => key.key === "Escape" && this.#leave(), { signal });
    return () => aborter.abort();
  };

  #take(node: HTMLElement, event: CalendarEvent, pointer: PointerEvent): void {
    if (pointer.button !== 0 || pointer.pointerType === "touch") return;
    const grip = pointer.clientY - node.getBoundingClientRect().top;
    this.#held = { event, x: pointer.clientX, y: pointer.clientY, grip };
    node.setPointerCapture(pointer.pointerId);
  }

  #move(pointer: PointerEvent): void {
    const held = this.#held;
    if (!held) return;
    const moved = Math.hypot(pointer.clientX - held.x, pointer.clientY - held.y);
    if (!this.over && moved < FAR_ENOUGH) return;
    const column = document.elementsFromPoint(pointer.clientX, pointer.clientY).find((each) => each instanceof HTMLElement && each.dataset.day);
    if (!(column instanceof HTMLElement)) return;
    const { top, height } = column.getBoundingClientRect();
    this.over = { event: held.event, day: column.dataset.day ?? "", minute: snapped(((pointer.clientY - held.grip - top) / height) * DAY_MINUTES) };
  }

  #drop(node: HTMLElement): void {
    const drop = this.over;
    this.#leave();
    if (!drop) return;
    node.addEventListener("click", (click) => click.stopImmediatePropagation(), { capture: true, once: true });
    this.#ondrop(drop);
  }

  #leave(): void {
    [this.#held, this.over] = [null, null];
  }
}

/** To the next quarter of an hour, within the day. */
export function snapped(minute: number): number {
  return Math.min(DAY_MINUTES - SNAP, Math.max(0, Math.round(minute / SNAP) * SNAP));
}
