#include <stdlib.h>
#include <string.h>

#include "zoo.h"

char *
zoo_label(const char *text)
{
    size_t  size = strlen(text) + 1;
    char   *copy = malloc(size);

    return copy == NULL ? NULL : memcpy(copy, text, size);
}

void
zoo_free(char *label)
{
    free(label);
}

void
zoo_note(const char *text)
{
    char  *copy = zoo_label(text);

    if (copy != NULL) {
        copy[0] = '*';
    }
}
