import { render } from 'preact';
import '../shared/styles/all.css';
import './mesos.css';
import { MesosPage } from './mesos-page.tsx';

const root = document.getElementById('page');
if (root) {
  root.replaceChildren();
  render(<MesosPage />, root);
}
