import { type MouseEvent, type PointerEvent, useRef } from "react";

const CLICK_PX = 3;

/** Follows a pointer that is held down on an element: how far it went, and where it was let go. */
export function useDrag(handlers: {
  move: (x: number, y: number) => void;
  drop: (x: number, y: number) => void;
  /** It is over without being dropped. */
  cancel: () => void;
}) {
  const from = useRef<{ x: number; y: number; moved: boolean } | null>(null);
  const dragged = useRef(false);
  const finish = (event: PointerEvent, wanted: boolean) => {
    const began = from.current;
    from.current = null;
    if (!began?.moved) return;
    if (wanted) handlers.drop(event.clientX - began.x, event.clientY - began.y);
    else handlers.cancel();
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      dragged.current = false;
      // A finger scrolls.
      if (event.button !== 0 || event.pointerType === "touch") return;
      event.stopPropagation();
      event.currentTarget.setPointerCapture(event.pointerId);
      from.current = { x: event.clientX, y: event.clientY, moved: false };
    },
    onPointerMove: (event: PointerEvent) => {
      const began = from.current;
      if (!began) return;
      const [x, y] = [event.clientX - began.x, event.clientY - began.y];
      if (!began.moved && Math.hypot(x, y) < CLICK_PX) return;
      began.moved = true;
      dragged.current = true;
      handlers.move(x, y);
    },
    onPointerUp: (event: PointerEvent) => finish(event, true),
    onPointerCancel: (event: PointerEvent) => finish(event, false),
    /** The browser's click that ends a drag is none. */
    onClickCapture: (event: MouseEvent) => {
      if (dragged.current) event.stopPropagation();
      dragged.current = false;
    },
  };
}
