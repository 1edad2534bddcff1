import type { Attachment } from "svelte/attachments";

interface Gestures {
  enabled: boolean;
  left: () => void;
  right: () => void;
}

const FAR_ENOUGH = 110;

/** Swipe a card to the right or to the left. It follows the finger and shows how far is far enough. */
export function swipe(gestures: () => Gestures): Attachment<HTMLElement> {
  return (node) => {
    let start: { x: number; y: number } | null = null;
    let by = 0;

    function begin(event: TouchEvent): void {
      const touch = event.touches[0];
      const onControl = event.target instanceof Element && event.target.closest("button, a, input, textarea");
      start = touch && gestures().enabled && !onControl ? { x: touch.clientX, y: touch.clientY } : null;
    }

    function move(event: TouchEvent): void {
      const touch = event.touches[0];
      if (!start || !touch) return;
      const [x, y] = [touch.clientX - start.x, touch.clientY - start.y];
      by = Math.abs(x) > 1.5 * Math.abs(y) ? x : 0;
      node.style.transform = by ? `translateX(${by}px) rotate(${by / 90}deg)` : "";
      node.style.opacity = Math.abs(by) > FAR_ENOUGH ? "0.6" : "";
    }

    function end(): void {
      node.style.transform = node.style.opacity = "";
      if (start && by > FAR_ENOUGH) gestures().right();
      if (start && by < -FAR_ENOUGH) gestures().left();
      [start, by] = [null, 0];
    }

    const aborter = new AbortController();
    const options = { passive: true, signal: aborter.signal };
    node.addEventListener("touchstart", begin, options);
    node.addEventListener("touchmove", move, options);
    node.addEventListener("touchend", end, options);
    node.addEventListener("touchcancel", end, options);
    return () => aborter.abort();
  };
}
