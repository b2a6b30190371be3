import type { ReactNode } from 'react';
import { SignedInShell } from '../../components/signed-in-shell.tsx';

const SignedInLayout = ({ children }: { readonly children: ReactNode }) => <SignedInShell>{children}</SignedInShell>;

export default SignedInLayout;
