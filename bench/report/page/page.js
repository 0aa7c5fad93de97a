/* Tables that are sorted by their headings and chosen from by boxes. Without it the page has all its numbers. */
(function () {
    "use strict";

    /* What a field is sorted by: data-by where it has one ("": not known, which is last), else its text. */
    function keyOf(row, column) {
        var cell = row.cells[column], text = cell.dataset.by;
        if (text === "") return null;
        if (text === undefined) text = cell.textContent.trim();
        var number = Number(text);
        return isNaN(number) ? text.toLowerCase() : number;
    }

    function compareKeys(a, b) {
        if (typeof a === "number" && typeof b === "number") return a - b;
        return String(a).localeCompare(String(b), "en", { numeric: true });
    }

    function sortBy(table, heading) {
        var body = table.tBodies[0], column = heading.cellIndex;
        var way = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
        Array.from(body.rows).map(function (row) {
            return { row: row, key: keyOf(row, column) };
        }).sort(function (a, b) {
            if (a.key === null || b.key === null) return (a.key === null) - (b.key === null);
            return way * compareKeys(a.key, b.key);
        }).forEach(function (entry) {
            body.appendChild(entry.row);
        });
        table.querySelectorAll("th[aria-sort]").forEach(function (other) {
            other.removeAttribute("aria-sort");
        });
        heading.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
    }

    /* A heading becomes a button, so that the keyboard reaches it. */
    function makeSortable(table) {
        Array.from(table.tHead.rows[0].cells).forEach(function (heading) {
            var button = document.createElement("button");
            button.type = "button";
            button.textContent = heading.textContent;
            button.title = "Sort by this column";
            button.addEventListener("click", function () { sortBy(table, heading); });
            heading.replaceChildren(button);
        });
    }

    /* The different texts of a column, in the order of the table. */
    function wordsOf(table, column) {
        var words = new Set();
        Array.from(table.tBodies[0].rows).forEach(function (row) {
            words.add(row.cells[column].textContent.trim());
        });
        return Array.from(words);
    }

    function makeFilters(form, table) {
        var selects = Array.from(form.querySelectorAll("select"));
        var columns = selects.map(function (select) {
            return table.querySelector("th[data-name='" + select.dataset.column + "']").cellIndex;
        });
        selects.forEach(function (select, i) {
            wordsOf(table, columns[i]).forEach(function (word) {
                select.add(new Option(word, word));
            });
        });
        function apply() {
            var rows = Array.from(table.tBodies[0].rows), shown = 0;
            rows.forEach(function (row) {
                row.hidden = selects.some(function (select, i) {
                    return select.value !== "" && row.cells[columns[i]].textContent.trim() !== select.value;
                });
                shown += !row.hidden;
            });
            form.querySelector("output").textContent = shown + " of " + rows.length + " rows";
        }
        form.addEventListener("change", apply);
        form.addEventListener("submit", function (event) { event.preventDefault(); });
        form.addEventListener("reset", function () { setTimeout(apply); }); /* when the boxes are reset */
        form.hidden = false;
        apply(); /* browsers keep what was chosen before */
    }

    document.querySelectorAll("table.sorts").forEach(makeSortable);
    makeFilters(document.querySelector(".filters"), document.getElementById("crossover-table"));
})();
