import type { Metadata } from 'next';
import { ApiReference } from '@/features/docs/api/api-reference.tsx';

export const metadata: Metadata = { title: 'REST API' };

const ApiPage = () => <ApiReference />;

export default ApiPage;
