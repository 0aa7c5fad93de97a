#include "bench/report/table/folded.h"
#include "bench/base/text.h"

#include <stdlib.h>

bool folded_begin(struct folded *folded)
{
    folded->text = NULL;
    folded->stream = open_memstream(&folded->text, &folded->bytes);
    return folded->stream != NULL;
}

void folded_end(struct folded *folded, FILE *file, const char *first, const char *rest)
{
    fclose(folded->stream);
    if (folded->text != NULL && *folded->text != '\0')
        text_fold(file, folded->text, first, rest, FOLDED_COLUMNS);
    free(folded->text);
}
