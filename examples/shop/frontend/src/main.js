const list = document.querySelector("#products");

try {
  const answer = await fetch("/api/products");
  if (!answer.ok) throw new Error(`the API said ${answer.status}`);
  const products = await answer.json();
  list.replaceChildren(
    ...products.map(({ name, price }) => {
      const item = document.createElement("p");
      item.textContent = `${name}: ${price} €`;
      return item;
    }),
  );
} catch (error) {
  list.textContent = `The shop is closed: ${error.message}`;
}
