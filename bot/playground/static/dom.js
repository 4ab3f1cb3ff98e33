// Builds elements. Text only ever goes in as text nodes, so nothing that people or the app write
// can become markup.

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name === "value") node.value = value;
    else if (name in node && typeof value === "boolean") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// Replaces a container's children by keyed parts, keeping those that have not changed, so that
// focus stays and a screen reader hears only what is new.
export function reconcile(container, parts) {
  const old = new Map([...container.children].map((child) => [child.dataset.key, child]));
  let place = container.firstElementChild;
  for (const { key, stamp, draw } of parts) {
    let node = old.get(key);
    old.delete(key);
    if (!node || node.dataset.stamp !== stamp) {
      const fresh = draw();
      fresh.dataset.key = key;
      fresh.dataset.stamp = stamp;
      if (node) {
        if (place === node) place = node.nextElementSibling;
        node.replaceWith(fresh);
      }
      node = fresh;
    } else if (place === node) {
      place = node.nextElementSibling;
      continue;
    }
    container.insertBefore(node, place);
  }
  for (const gone of old.values()) gone.remove();
}

// A file that a person chose, as the page's actions take it.
export async function sendable(file) {
  const read = await new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.readAsDataURL(file);
  });
  const content = read.slice(read.indexOf(",") + 1);
  return { name: file.name, mimetype: file.type || "application/octet-stream", content };
}
