import {
  defaultRangeExtractor,
  observeWindowOffset,
  observeWindowRect,
  Virtualizer,
  windowScroll,
  type VirtualItem,
} from "@tanstack/virtual-core";
import type { ComponentChild } from "preact";
import { useLayoutEffect, useReducer, useState } from "preact/hooks";

/** Up to this many rows are simply all there: the browser's own search finds them. */
const FEW = 150;

export interface RowOptions {
  count: number;
  keyOf: (index: number) => string;
  /** Height of a row that was not drawn yet, in pixels. */
  estimate: (index: number) => number;
  /** Where the rows begin on the page, in pixels. */
  top: number;
  /** A row that stays whatever is scrolled, as it has the focus; -1 for none. */
  kept: number;
  /** Draws every row, as for print. */
  all: boolean;
}

export interface Rows {
  /** Undefined where all rows are drawn. */
  items?: VirtualItem[];
  /** Height of all rows, in pixels. */
  height: number;
  measure: (element: HTMLElement | null) => void;
  scrollTo: (index: number) => void;
}

/** Of many rows, those that are seen. */
export function useVirtualRows({ count, keyOf, estimate, top, kept, all }: RowOptions): Rows {
  const [, redraw] = useReducer<number, void>((times) => times + 1, 0);
  const options = {
    count,
    getItemKey: keyOf,
    estimateSize: estimate,
    scrollMargin: top,
    overscan: 6,
    getScrollElement: () => window,
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    scrollToFn: windowScroll,
    rangeExtractor: (range: Parameters<typeof defaultRangeExtractor>[0]) => {
      const indexes = defaultRangeExtractor(range);
      return kept < 0 || indexes.includes(kept) ? indexes : [...indexes, kept].sort((a, b) => a - b);
    },
    onChange: () => redraw(),
  };
  const [virtualizer] = useState(() => new Virtualizer<Window, HTMLElement>(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  const scrollTo = (index: number): void => virtualizer.scrollToIndex(index, { align: "center" });
  if (all || count <= FEW) return { height: 0, measure: () => {}, scrollTo };
  return {
    items: virtualizer.getVirtualItems(),
    height: virtualizer.getTotalSize(),
    measure: virtualizer.measureElement,
    scrollTo,
  };
}

/** The rows that are drawn, with gaps as high as those that are not. */
export function withGaps(
  items: VirtualItem[],
  height: number,
  top: number,
  draw: (index: number) => ComponentChild,
  gap: (key: string, height: number) => ComponentChild,
): ComponentChild[] {
  let end = top;
  const parts = items.flatMap((item) => {
    const size = item.start - end;
    end = item.end;
    return [size > 0 ? gap(`gap ${item.key}`, size) : null, draw(item.index)];
  });
  return [...parts, gap("gap", Math.max(height - (end - top), 0))];
}

export const Gap = ({ height, columns }: { height: number; columns: number }) => (
  <tbody role="presentation" class="gap" aria-hidden="true">
    <tr role="presentation">
      <td role="presentation" colSpan={columns} style={{ height: `${height}px` }} />
    </tr>
  </tbody>
);
