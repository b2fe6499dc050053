#include <stdlib.h>
#include <string.h>

char *
jar_label(const char *text)
{
    char  *copy = malloc(strlen(text) + 1);

    return copy == NULL ? NULL : strcpy(copy, text);
}

char
jar_peek(const char *label, int at)
{
    return label[at];
}
