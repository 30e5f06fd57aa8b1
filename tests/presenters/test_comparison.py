"""How one text differs from another."""

from presenters.comparison import Mark, Piece, Value, compared, unchanged

LONG = "Дежурный стоит у входа, аптечка лежит у звукооператора, выход на улицу открыт весь вечер."


def test_short_text_is_shown_whole_in_both_forms():
    assert compared(["Квиз"], ["Турнир"]) == (Value((Piece(Mark.REMOVED, "Квиз"), Piece(Mark.ADDED, "Турнир"))),)


def test_long_text_is_compared_word_by_word():
    (value,) = compared([LONG], [LONG.replace("у входа,", "у выхода,")])
    assert [(piece.mark, piece.text) for piece in value.pieces if piece.mark is not Mark.SAME] == [
        (Mark.REMOVED, "входа,"),
        (Mark.ADDED, "выхода,"),
    ]


def test_long_texts_with_hardly_a_word_in_common_are_shown_whole():
    other = "Организатор приглашает врача скорой помощи и двух охранников; план эвакуации висит на каждом этаже здания."
    assert compared([LONG], [other]) == (Value((Piece(Mark.REMOVED, LONG), Piece(Mark.ADDED, other))),)


def test_several_values_are_compared_one_by_one():
    assert compared(["а", "б"], ["б", "в"]) == (Value((Piece(Mark.REMOVED, "а"),)), unchanged("б"), Value((Piece(Mark.ADDED, "в"),)))
