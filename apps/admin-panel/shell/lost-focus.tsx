'use client';
import { useEffect } from 'react';
import { focusKept } from '@secret-store/ui';

interface Focused {
  readonly element: HTMLElement;
  /** the dialog or menu that it is in */
  readonly layer: Element | null;
  /** gives the focus to it again, or to what it was in; false where that is gone too */
  readonly keep: () => boolean;
  /** what had the focus before its layer was opened */
  readonly opener: Focused | null;
}

const openerOf = (layer: Element | null, before: Focused | null): Focused | null => {
  if (layer === null || before === null) return null;
  for (let one: Focused | null = before; one !== null; one = one.opener) if (one.layer === layer) return one.opener;
  return before;
};

const focusedNow = (element: HTMLElement, before: Focused | null): Focused => {
  const layer = element.closest('[role="dialog"], [role="menu"]');
  return { element, layer, keep: focusKept(element), opener: openerOf(layer, before) };
};

const isLost = () => document.activeElement === null || document.activeElement === document.body;
const isGone = ({ element }: Focused) => !element.isConnected || !element.checkVisibility();
const isDisabled = ({ element }: Focused) => element.matches(':disabled');

/**
 * The browser drops the focus when what has it is removed, such as a button in a row that is gone or a dialog, or disabled while
 * something is saved. Then it goes to what the button was in, to what opened the dialog, or back to the button once it is enabled.
 */
export const LostFocus = () => {
  useEffect(() => {
    let last: Focused | null = null;
    /** by a click beside it, or to the browser's own bars: then it is not lost */
    let isLeft = false;
    const take = ({ target }: FocusEvent) => {
      last = target instanceof HTMLElement ? focusedNow(target, last) : null;
      isLeft = false;
    };
    const recover = () => {
      if (last === null || isLeft || !isLost() || (!isGone(last) && isDisabled(last))) return;
      let from: Focused | null = last;
      while (from !== null && !from.keep()) from = from.opener;
      if (from === null) last = null;
    };
    const leave = () =>
      queueMicrotask(() => {
        if (last === null || !isLost()) return;
        if (isGone(last)) recover();
        else if (!isDisabled(last)) isLeft = true;
      });
    const observer = new MutationObserver(recover);
    document.addEventListener('focusin', take);
    document.addEventListener('focusout', leave);
    observer.observe(document.body, { subtree: true, childList: true, attributeFilter: ['disabled'] });
    return () => {
      document.removeEventListener('focusin', take);
      document.removeEventListener('focusout', leave);
      observer.disconnect();
    };
  }, []);
  return null;
};
