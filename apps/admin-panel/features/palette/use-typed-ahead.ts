'use client';
import { useEffect } from 'react';

/** Takes letters that are typed while the field that they are for is on its way, so that none is lost. */
export const useTypedAhead = (isComing: boolean, onText: (change: (text: string) => string) => void) => {
  useEffect(() => {
    if (!isComing) return undefined;
    const take = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key.length === 1) onText((text) => text + event.key);
      else if (event.key === 'Backspace') onText((text) => text.slice(0, -1));
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener('keydown', take, { capture: true });
    return () => window.removeEventListener('keydown', take, { capture: true });
  }, [isComing, onText]);
};
