'use client';
import { useEffect } from 'react';

/** A file that is dropped beside the field for it: the browser would leave the page and show it. */
const refuse = (event: DragEvent) => {
  const { dataTransfer } = event;
  if (event.defaultPrevented || dataTransfer?.types.includes('Files') !== true) return;
  event.preventDefault();
  dataTransfer.dropEffect = 'none';
};

export const StrayDrops = () => {
  useEffect(() => {
    window.addEventListener('dragover', refuse);
    window.addEventListener('drop', refuse);
    return () => {
      window.removeEventListener('dragover', refuse);
      window.removeEventListener('drop', refuse);
    };
  }, []);
  return null;
};
