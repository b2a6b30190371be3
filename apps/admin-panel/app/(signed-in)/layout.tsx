import type { ReactNode } from 'react';
import { SignedInShell } from '@/shell/signed-in-shell.tsx';

const SignedInLayout = ({ children }: { readonly children: ReactNode }) => <SignedInShell>{children}</SignedInShell>;

export default SignedInLayout;
