import type { ReactNode } from 'react';
import { askAhead } from '@/api/ask-ahead.ts';
import { SignedInShell } from '@/shell/signed-in-shell.tsx';

const SignedInLayout = ({ children }: { readonly children: ReactNode }) => {
  askAhead('session.current');
  return <SignedInShell>{children}</SignedInShell>;
};

export default SignedInLayout;
