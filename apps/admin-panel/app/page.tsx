import { redirect } from 'next/navigation';
import { paths } from '@/paths.ts';

const HomePage = () => redirect(paths.algorithms);

export default HomePage;
